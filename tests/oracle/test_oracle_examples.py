"""The oracle gives the figures of the examples to the last copy."""

import json
from pathlib import Path

import pytest

from tests.oracle.oracle import load
from tests.oracle.questions import answer, differences

EXAMPLES = Path(__file__).parents[1] / "examples"


def questions() -> list[tuple[str, str, str]]:
    found = []
    for folder in sorted(EXAMPLES.iterdir()):
        listed = json.loads((folder / "expected" / "questions.json").read_text("utf-8"))
        found += [(folder.name, each["file"], each["command"]) for each in listed]
    return found


@pytest.mark.parametrize(("example", "file", "command"), questions())
def test_the_oracle_gives_the_expected_figures(example: str, file: str, command: str) -> None:
    expected = json.loads((EXAMPLES / example / "expected" / file).read_text("utf-8"))
    got = answer(load(EXAMPLES / example), command)
    assert differences(got, expected) == []
    assert differences(expected, got) == []


def test_every_expected_file_is_asked_for() -> None:
    for folder in EXAMPLES.iterdir():
        files = {path.name for path in (folder / "expected").iterdir()} - {"questions.json"}
        assert files == {file for example, file, _ in questions() if example == folder.name}


def test_a_difference_in_one_copy_or_one_millionth_too_many_is_seen() -> None:
    assert differences([{"a": 1, "b": 0.5}], [{"a": 1, "b": 0.500001}]) == []
    assert differences([{"a": 1, "b": 0.5}], [{"a": 2, "b": 0.500003}]) != []
    assert differences([{"b": 0.5}], [{"b": 0.500003}]) == ["[0].b: 0.5 != 0.500003"]
    assert differences([{"b": None}], [{"b": 0.0}]) != []
    assert differences([{"b": 0}], [{}]) != []
    assert differences([], [{}]) != []
