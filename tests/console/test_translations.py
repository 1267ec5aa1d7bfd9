"""Every text of pages and commands, in both languages, and the compiled catalogues in step."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from service.domain import problems, publication_rule
from service.wording import LOCALES

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "service" / "translations"


def catalogue(locale: str) -> Catalog:
    with (CATALOGUES / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


@pytest.fixture(scope="module")
def texts() -> set[str]:
    """The texts that the source has today; of a plural its singular."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT / "service", methods, options)
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


@pytest.mark.parametrize("locale", LOCALES.values())
def test_no_text_is_missing_left_over_or_doubtful(texts: set[str], locale: str) -> None:
    messages = [message for message in catalogue(locale) if message.id]
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in messages}
    assert ids == texts, "see babel.cfg for how to bring the catalogues up to date"
    for message in messages:
        strings = [message.string] if isinstance(message.string, str) else message.string
        assert all(strings), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("locale", LOCALES.values())
def test_the_values_of_a_text_are_those_of_its_translation(locale: str) -> None:
    for message in catalogue(locale):
        assert list(message.check()) == [], message.id
        if isinstance(message.id, str):
            assert names_in(message.string) == names_in(message.id), message.id


def names_in(text: str) -> set[str]:
    return set(re.findall(r"%\(([a-z_]+)\)", text))


@pytest.mark.parametrize("module", [problems, publication_rule])
def test_every_text_of_the_domain_has_both_languages_and_their_values_agree(
    module: ModuleType,
) -> None:
    texts = list(words_in(vars(module).values()))
    assert len(texts) > 15
    for words in texts:
        assert re.search("[\u4e00-\u9fff]", words.zh), words
        assert words.en.isascii(), words
        assert values_in(words.zh) == values_in(words.en), words


def values_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def words_in(values: Iterable[object]) -> Iterator[problems.Words]:
    """The texts among a module's values, and those that its kinds of problem are made of."""
    for value in values:
        if isinstance(value, problems.Words):
            yield value
        elif isinstance(value, problems.Problem):
            yield from (value.title, value.hint)
        elif isinstance(value, problems.FieldProblem):
            yield value.text


@pytest.mark.parametrize("locale", LOCALES.values())
def test_the_compiled_catalogue_is_in_step(locale: str) -> None:
    with (CATALOGUES / locale / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        assert contents(read_mo(file)) == contents(catalogue(locale)), (
            "pybabel compile -d service/translations"
        )


def contents(texts: Catalog) -> dict[str, list[str]]:
    found = {}
    for message in texts:
        if message.id:
            name = message.id if isinstance(message.id, str) else message.id[0]
            strings = [message.string] if isinstance(message.string, str) else message.string
            found[name] = list(strings)
    return found
