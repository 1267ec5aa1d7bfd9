"""One marshmallow schema a record, made from the same description as the import."""

import copy
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from service.feed.columns import Column, Table
from service.feed.tables import TABLES


def schema_field(column: Column) -> fields.Field[Any]:
    """Return the column's field as a schema has it: required, or with what empty means."""
    field = copy.deepcopy(column.field)
    field.required = not column.optional
    field.allow_none = column.optional
    if column.optional:
        field.when_empty = column.when_empty
        given = None if column.when_empty is None else field.as_python(column.when_empty)
        field.load_default = given
    return field


def _rules_of(table: Table) -> Any:
    @validates_schema(skip_on_field_errors=False)
    def check(_schema: Schema, data: dict[str, Any], **_kwargs: Any) -> None:
        found = {
            rule.column: [rule.message()]
            for rule in table.rules
            if all(name in data for name in rule.over)
            and rule.broken(*(data[name] for name in rule.over))
        }
        if found:
            raise ValidationError(found)

    return check


def _schema(table: Table) -> type[Schema]:
    name = "".join(word.capitalize() for word in table.name.split("_")) + "Record"
    attributes: dict[str, Any] = {column.name: schema_field(column) for column in table.columns}
    attributes["check_rules"] = _rules_of(table)
    attributes["Meta"] = type("Meta", (), {"unknown": RAISE})
    attributes["__doc__"] = f"A row of {table.file}."
    return type(name, (Schema,), attributes)


# By the name of the file without `.csv`.
SCHEMAS: dict[str, type[Schema]] = {table.name: _schema(table) for table in TABLES}
