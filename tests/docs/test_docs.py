"""What the documents name exists, and their examples print what they say."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import click
import click.testing
import pytest
from flask import Flask

from service.app import create_app
from service.config import Config
from service.demo.district import write_demo
from service.measures.derivation import STEPS
from service.queries.answers import RateGroup, RoundGroup

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)

FENCED = re.compile(r"^```[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
OURS = ("service/", "tests/", "docs/", "scripts/", "migrations/", "requirements/")
FILES = re.compile(r"[\w.-]+\.(cfg|toml|json|md|py|sql)")
# Made by a build or for a run, and so not in a fresh clone.
BUILT = (
    "service/console/static/",
    "service/printing/fonts/",
)
ELIDED = "…"


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    return FENCED.sub("", text_of(page))


def blocks(page: Path) -> list[str]:
    return FENCED.findall(text_of(page))


def commands(page: Path) -> Iterator[list[str]]:
    """The command lines that a page tells one to type, as words."""
    lines = list(CODE.findall(prose(page)))
    for block in blocks(page):
        lines += [line.removeprefix("$ ") for line in block.splitlines()]
    for line in lines:
        line = line.removeprefix(".venv/bin/")
        if re.match(r"(jianbao|scripts/(run|test|bench|lock)) ", line):
            yield shlex.split(line.replace("[", " ").replace("]", " "))


def options_of(command: click.Command) -> set[str]:
    """The options of a command; of a group those of all its commands."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    own = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    return own.union(*map(options_of, below))


def given_options(words: list[str]) -> set[str]:
    return {word.split("=")[0] for word in words if word.startswith("--")}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Config(data=tmp_path_factory.mktemp("docs"), testing=True))


@EVERY_PAGE
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(prose(page)):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        if anchor:
            headings = [head.lower().replace(" ", "-") for head in HEADING.findall(text_of(found))]
            assert anchor in headings, target


@EVERY_PAGE
def test_files_named_exist(page: Path) -> None:
    for code in CODE.findall(prose(page)):
        path = code.split()[0].split(":")[0]
        if path.startswith(OURS) and not path.startswith(BUILT):
            assert (ROOT / path).exists(), code
        elif FILES.fullmatch(path):
            assert list(ROOT.glob(path)) or list(ROOT.glob(f"service/**/{path}")), code


@EVERY_PAGE
def test_commands_and_their_options_exist(page: Path, app: Flask) -> None:
    for program, name, *words in commands(page):
        if program != "jianbao":
            continue
        assert name in app.cli.commands, f"jianbao {name}"
        unknown = given_options(words) - options_of(app.cli.commands[name])
        assert not unknown, f"jianbao {name} {' '.join(words)}"


@EVERY_PAGE
def test_options_named_alone_are_of_some_command(page: Path, app: Flask) -> None:
    known = {name for command in app.cli.commands.values() for name in options_of(command)}
    for source in (ROOT / "scripts" / "lock", *(ROOT / "scripts").rglob("*.py")):
        known |= set(re.findall(r"(?<![\w-])--[a-z-]+", source.read_text(encoding="utf-8")))
    for code in CODE.findall(prose(page)):
        assert given_options(code.split()) <= known | {"--workspace"}, code


def test_every_command_of_ours_is_in_the_readme(app: Flask) -> None:
    named = {name for program, name, *_ in commands(PAGES[0]) if program == "jianbao"}
    listed = {
        name
        for name, command in app.cli.commands.items()
        if type(command).__module__.startswith("service.")
    }
    assert listed <= named


@pytest.mark.parametrize("name", ["measures", "parity", "plans"])
def test_the_measurements_and_their_options_exist(name: str) -> None:
    source = (ROOT / "scripts" / "benchmarks" / f"{name}.py").read_text(encoding="utf-8")
    known = set(re.findall(r'"(--[a-z]+)"', source))
    [usage] = [
        words
        for words in commands(ROOT / "docs" / "performance.md")
        if words[:2] == ["scripts/bench", name] and len(words) > 3
    ]
    assert given_options(usage) <= known


def test_bench_lists_the_measurements() -> None:
    listed = subprocess.run(
        [sys.executable, "scripts/tasks.py", "bench", "list"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert {line.split()[0] for line in listed.splitlines()} >= {"measures", "parity"}


def rows_after(page: Path, header: str) -> list[list[str]]:
    """The cells of the table that begins with the header."""
    _, _, rest = text_of(page).partition(header)
    lines = rest.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_steps_is_the_pipeline() -> None:
    table = rows_after(ROOT / "docs" / "architecture.md", "| step | holds |")
    steps = [cells[0].strip("`") for cells in table]
    assert steps == list(STEPS)


def test_every_step_is_part_of_a_definition() -> None:
    table = rows_after(ROOT / "docs" / "metrics.md", "| definition | rules")
    named = {code for cells in table for code in CODE.findall(cells[2])}
    files = {path.stem for path in (ROOT / "service" / "measures" / "sql").rglob("*.sql")}
    assert {name for name in named if "/" not in name} == files


def test_every_field_of_an_answer_is_defined() -> None:
    defined = set(CODE.findall(text_of(ROOT / "docs" / "metrics.md")))
    fields = {*RateGroup().fields, *RoundGroup().fields} - {"key"}
    assert fields <= defined


def test_every_document_is_in_the_readme() -> None:
    linked = set(LINK.findall(text_of(PAGES[0])))
    assert {f"docs/{page.name}" for page in PAGES[1:]} <= linked


def examples() -> Iterator[tuple[str, list[str]]]:
    """The README's command lines with what they print."""
    [block] = [block for block in blocks(PAGES[0]) if block.startswith("$ jianbao demo")]
    for example in block.removeprefix("$ ").split("\n$ "):
        command, *printed = example.rstrip("\n").splitlines()
        yield command, printed


def test_the_examples_print_what_the_readme_says(
    tmp_path: Path, invoke_jianbao: Callable[..., click.testing.Result]
) -> None:
    write_demo(tmp_path / "demo-feed", seed=1, until=date(2026, 7, 12))
    for command, expected in examples():
        _, name, *words = shlex.split(command)
        if name == "demo":
            continue
        done = invoke_jianbao(name, *words, env={"LC_ALL": "C.UTF-8"})
        assert done.exit_code == 0, done.output
        pattern = re.escape("\n".join(expected)).replace(re.escape(ELIDED), "(?s:.*)")
        printed = "\n".join(line.rstrip() for line in done.stdout.splitlines())
        assert re.fullmatch(pattern, printed), f"{command}\n{printed}"
