"""docs/feed.md says what the code's description of the feed says."""

import re
from pathlib import Path

from service.feed.columns import Column, Table
from service.feed.fields import Choice
from service.feed.tables import TABLES

DOCS = Path(__file__).parents[2] / "docs" / "feed.md"


def described() -> dict[str, tuple[str, str]]:
    """The rows of the table of files: name → (columns, remark)."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) ?\|$", DOCS.read_text("utf-8"), re.MULTILINE)
    return {name: (columns, remark) for name, columns, remark in rows}


def in_words(table: Table) -> str:
    keys = [_word(table.by_name[name]) for name in table.key]
    others = [_word(column) for column in table.columns if column.name not in table.key]
    if table.name == "feed_info":
        return ", ".join([others[0], *keys, *others[1:]])
    return ", ".join([" + ".join(keys), *others])


def _word(column: Column) -> str:
    word = column.name + ("?" if column.optional else "")
    if column.name in ("scan_id", "attempt_id", "confirmation_id") and not column.refers:
        return f"{word} (UUID)"
    if isinstance(column.field, Choice):
        return f"{word} ({', '.join(column.field.choices)})"
    return f"{word} (1)" if column.when_empty == 1 else word


def test_the_table_of_files_is_the_description_in_the_code() -> None:
    rows = described()
    assert [*rows] == [table.name for table in TABLES]
    for table in TABLES:
        columns, remark = rows[table.name]
        assert columns == in_words(table)
        assert remark.startswith("required") == table.required
