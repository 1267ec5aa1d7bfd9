"""Both examples give their expected files, by command and over HTTP, on both databases."""

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest
from flask import Flask

from tests.oracle.questions import differences
from tests.served import HARD_MONTH, ONE_WEEK, questions, serve

EXAMPLES = pytest.mark.parametrize("example", [ONE_WEEK, HARD_MONTH], ids=lambda path: path.name)


@EXAMPLES
def test_the_command_gives_the_expected_files(
    example: Path, migrated_url: str, invoke_jianbao: Callable[..., click.testing.Result]
) -> None:
    env = {"JIANBAO_DATABASE_URL": migrated_url}
    imported = invoke_jianbao("import", example, env=env)
    assert imported.exit_code == 0, imported.output
    for name, parameters, expected in questions(example):
        words = [f"--{key.replace('_', '-')}={value}" for key, value in parameters.items()]
        printed = invoke_jianbao(name, *words, "--format", "json", env=env)
        assert differences(json.loads(printed.stdout), expected) == [], (name, parameters)


@EXAMPLES
def test_the_api_gives_the_expected_files(example: Path, migrated_url: str, tmp_path: Path) -> None:
    app: Flask = serve(tmp_path / "data", example, database_url=migrated_url)
    client = app.test_client()
    for name, parameters, expected in questions(example):
        answer = client.get(f"/api/v1/{name}", query_string=parameters)
        assert answer.status_code == 200, answer.text
        assert differences(answer.json, expected) == [], (name, parameters)


@EXAMPLES
def test_an_export_into_an_empty_database_gives_the_same_figures(
    example: Path,
    migrated_url: str,
    tmp_path: Path,
    invoke_jianbao: Callable[..., click.testing.Result],
) -> None:
    first = {"JIANBAO_DATABASE_URL": migrated_url}
    second = {"JIANBAO_DATA": str(tmp_path / "second")}
    for words, env in (
        (("import", example), first),
        (("export", tmp_path / "out.zip"), first),
        (("import", tmp_path / "out.zip"), second),
    ):
        done = invoke_jianbao(*words, env=env)
        assert done.exit_code == 0, done.output
    for name, parameters, expected in questions(example):
        words = [f"--{key.replace('_', '-')}={value}" for key, value in parameters.items()]
        printed = invoke_jianbao(name, *words, "--format", "json", env=second)
        assert differences(json.loads(printed.stdout), expected) == [], (name, parameters)
