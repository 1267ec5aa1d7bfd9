"""What was measured, as Markdown, with the budgets and the machine in words."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Engine

from service.sqlite_driver import driver

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"


@dataclass(frozen=True)
class Budget:
    """What a figure is held to at scale 1; `least` where more is better."""

    name: str
    unit: str
    limit: float
    least: bool = False
    digits: int = 2

    def is_met(self, value: float) -> bool:
        return value >= self.limit if self.least else value <= self.limit


# What we hold ourselves to for a district's year on two cores. docs/performance.md says why.
BUDGETS = {
    "rows_a_second": Budget("import: rows a second", "", 50_000, least=True, digits=0),
    "published": Budget("import of the year, until its figures are published", "s", 120),
    "seconds": Budget("derivation from scratch", "s", 15),
    "cpu": Budget("derivation from scratch, processor time", "s", 30),
    "peak_mb": Budget("derivation from scratch, most memory", "MB", 2048, digits=0),
    "month": Budget("one dirty month derived again", "s", 1),
    "asked": Budget("`rates` over the year, slowest grouping", "ms", 150, digits=0),
    "http": Budget("the same over HTTP", "ms", 150, digits=0),
    "ratio": Budget("the same, against SQL by hand on loaded facts", "×", 2),
    "past_first": Budget("a past `as_of`, asked first", "s", 30),
    "past_again": Budget("a past `as_of`, asked again", "ms", 150, digits=0),
}


def report(figures: dict[str, Any], scale: float) -> str:
    """Return the tables and what they were measured on."""
    size = figures["district"]
    told = (
        f"A year of {size['points']:,} points on {size['routes']:,} routes:"
        f" {size['expectations']:,} issues owed, {size['scans']:,} scans with"
        f" {size['scan_items']:,} items; {figures['groupings'][0]['rows']:,} rows of facts."
        f" {figures['database']}; {machine()}."
    )
    if scale != 1:
        told += f" **Scale {scale:g}: the budgets are for scale 1.**"
    return "\n\n".join([told, _budget_table(figures), _grouping_table(figures["groupings"])])


def write(shown: str, name: str = "measured") -> None:
    """Put a report between the two comments of docs/performance.md that wait for it by name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{shown}\n{end}{after}", encoding="utf-8")


def machine() -> str:
    """Return cores, memory and versions in words."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {pages * size / (1 << 30):.0f} GB of"
        f" memory, Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    )


def database(engine: Engine) -> str:
    """Return which database it is, with its version."""
    if engine.dialect.name == "sqlite":
        return f"SQLite {driver().sqlite_version}"
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SHOW server_version").scalar_one()
    return f"PostgreSQL {version.split()[0]}"


def _budget_table(figures: dict[str, Any]) -> str:
    groupings = figures["groupings"]
    values = {
        **figures,
        "rows_a_second": figures["rows"] / figures["imported"],
        "asked": max(each["asked"] for each in groupings) * 1000,
        "http": max(each["http"] for each in groupings) * 1000,
        "ratio": max(each["asked"] / each["by_hand"] for each in groupings),
        "past_again": figures["past_again"] * 1000,
    }
    lines = ["| | reached | budget | |", "|---|---:|---:|---|"]
    for name, budget in BUDGETS.items():
        reached = f"{values[name]:,.{budget.digits}f} {budget.unit}".strip()
        side = "at least" if budget.least else "at most"
        limit = f"{side} {budget.limit:,g} {budget.unit}".strip()
        verdict = "" if budget.is_met(values[name]) else "**not met**"
        lines.append(f"| {budget.name} | {reached} | {limit} | {verdict} |")
    return "\n".join(lines)


def _grouping_table(groupings: list[dict[str, Any]]) -> str:
    lines = [
        "| `rates --by` | groups | in the service | over HTTP | by hand, loaded | ratio |"
        " by hand, from files |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for each in groupings:
        asked, http, hand, files = (
            f"{each[name] * 1000:,.0f} ms" for name in ("asked", "http", "by_hand", "from_files")
        )
        ratio = each["asked"] / each["by_hand"]
        lines.append(
            f"| `{each['by']}` | {each['groups']:,} | {asked} | {http} | {hand} | {ratio:.2f} |"
            f" {files} |"
        )
    return "\n".join(lines)
