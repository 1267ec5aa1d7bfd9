"""An answer as CSV: nested figures in columns with a dot, marks separated by spaces."""

import csv
import io
from typing import Any

from marshmallow import Schema

from service.queries.answers import columns, figure

# A spreadsheet would take a text that starts like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def printed(schema: type[Schema], rows: list[dict[str, Any]]) -> str:
    """Return the rows with a header; a cause with no copies is 0, null is empty."""
    paths = list(columns(schema))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([".".join(path) for path in paths])
    writer.writerows([_cell(figure(row, path)) for path in paths] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value
