"""`jianbao labels` and `jianbao enrol`."""

import re
from collections.abc import Callable
from pathlib import Path

import click.testing
import numpy as np
import pypdfium2
import pytest
import zxingcpp

from tests.feed.complete import write_feed

Invoke = Callable[..., click.testing.Result]
URL = {"JIANBAO_PUBLIC_URL": "https://jianbao.example"}


@pytest.fixture
def district(invoke_jianbao: Invoke, tmp_path: Path) -> None:
    assert invoke_jianbao("import", write_feed(tmp_path / "feed")).exit_code == 0


def codes(pdf: Path) -> list[str]:
    return [
        found.text
        for page in pypdfium2.PdfDocument(pdf)
        for found in zxingcpp.read_barcodes(np.asarray(page.render(scale=2).to_pil()))
    ]


@pytest.mark.usefixtures("district")
def test_a_sheet_is_written_and_labels_are_made_once(
    invoke_jianbao: Invoke, tmp_path: Path
) -> None:
    out = tmp_path / "labels.pdf"
    done = invoke_jianbao("labels", out, env=URL)
    assert (done.exit_code, done.output) == (0, f"{out}: 2 labels, 2 of them new\n")
    first = codes(out)
    assert len(first) == 2
    for code in first:
        assert re.fullmatch(r"HTTPS://JIANBAO\.EXAMPLE/P/[0-9A-HJKMNP-TV-Z]{16}", code)
    again = invoke_jianbao("labels", out, "--route", "R1", env=URL)
    assert again.output == f"{out}: 2 labels, 0 of them new\n"
    assert codes(out) == first
    one = invoke_jianbao("labels", out, "--point", "P1", env={**URL, "LC_ALL": "zh_CN.UTF-8"})
    assert one.output == f"{out}：1 个标签，其中新制 0 个\n"
    assert codes(out) == first[1:]
    none = invoke_jianbao("labels", tmp_path / "none.pdf", "--missing", env=URL)
    assert (none.exit_code, none.output) == (0, "There is nothing to print: no file is written.\n")
    assert not (tmp_path / "none.pdf").exists()


@pytest.mark.usefixtures("district")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["labels", "OUT", "--point", "P9"], "--point: there is no P9"),
        (["labels", "OUT", "--route", "R9"], "--route: there is no R9"),
        (["labels", "OUT", "--branch", "X"], "--branch: there is no X"),
        (["enrol", "C9"], "COURIER: there is no C9"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(
    invoke_jianbao: Invoke, tmp_path: Path, words: list[str], said: str
) -> None:
    out = tmp_path / "labels.pdf"
    done = invoke_jianbao(*[str(out) if word == "OUT" else word for word in words])
    assert done.exit_code == 2
    assert done.output == f"jianbao: {said}\n"
    assert not out.exists()


@pytest.mark.usefixtures("district")
def test_a_folder_that_is_not_there_is_told(invoke_jianbao: Invoke, tmp_path: Path) -> None:
    done = invoke_jianbao("labels", tmp_path / "nowhere" / "labels.pdf")
    assert done.exit_code == 1
    assert done.output.startswith("jianbao: ")


@pytest.mark.usefixtures("district")
def test_an_enrolment_code_is_printed(invoke_jianbao: Invoke) -> None:
    done = invoke_jianbao("enrol", "C1", env=URL)
    assert done.exit_code == 0
    *drawn, address, advice = done.output.splitlines()
    assert re.fullmatch(r"https://jianbao\.example/app/#enrol=[0-9A-HJKMNP-TV-Z]{20}", address)
    assert advice == "Open it on the phone within an hour; it works once."
    assert in_terminal(drawn) == [address]
    assert address not in invoke_jianbao("enrol", "C1", env=URL).output


def in_terminal(lines: list[str]) -> list[str]:
    """What a phone reads from a terminal that is dark, with light characters."""
    halves = {" ": (0, 0), "▀": (255, 0), "▄": (0, 255), "█": (255, 255)}
    columns = max(map(len, lines))
    rows = []
    for line in lines:
        cells = [halves[mark] for mark in line.replace("\xa0", " ").ljust(columns)]
        rows += [[cell[half] for cell in cells] for half in (0, 1)]
    image = np.kron(np.array(rows, dtype=np.uint8), np.ones((4, 4), dtype=np.uint8))
    return [found.text for found in zxingcpp.read_barcodes(np.pad(image, 40))]
