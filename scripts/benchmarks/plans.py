"""How fast a phone gets its day plan, and labels are printed, with a district's year behind them.

docs/performance.md, "Day plans and labels".
"""

import argparse
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from benchmarks._places import DATABASES, Place, place
from sqlalchemy import Engine, insert, select, update

from service.demo.scale import write_district_year
from service.domain.labels import new_short_code, new_token
from service.models import Branch, Courier, Installation, Route, RouteVersion
from service.models.engine import writing
from service.operations.labels import make_labels
from service.printing.labels import Label, label_sheet
from service.queries.identities import PhoneIdentity
from service.queries.phone.day_plan import day_plan

POINTS: Final = 2000
# Of 20 points each: one courier's, every day of the week.
ROUTES: Final = 8
DAYS: Final = 4
TIMES: Final = 15
LABELS: Final = 400
EVERY_DAY: Final = 127
BUDGET_PLAN: Final = 0.15
BUDGET_LABELS: Final = 5


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    until = datetime.now(UTC).date() - timedelta(days=1)
    with place(options.database) as here:
        points = max(1, round(POINTS * options.scale))
        write_district_year(here.folder / "feed", seed=1, points=points, until=until)
        planned, plan = _plan(here, until)
    printed = _seconds(_print, 3)
    print("| | reached | processor time | budget |\n|---|---:|---:|---|")
    _row(f"day plan: {plan}", planned, BUDGET_PLAN)
    _row(f"a sheet of {LABELS} labels", printed, BUDGET_LABELS)
    return 0


def _row(what: str, seconds: tuple[float, float], budget: float) -> None:
    wall, processor = (f"{each * 1000:,.0f} ms" for each in seconds)
    print(f"| {what} | {wall} | {processor} | at most {budget * 1000:,.0f} ms |")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench plans", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="of 2,000 points (%(default)s)")
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    return parser.parse_args(arguments)


def _plan(here: Place, until: date) -> tuple[tuple[float, float], str]:
    """Return how long a plan takes, and what is in it."""
    with here.start("-m", "service", "import", here.folder / "feed") as command:
        command.communicate()
    if command.returncode:
        raise RuntimeError(f"jianbao import ended with status {command.returncode}")
    with here.engine() as engine:
        phone = _phone_with_much_to_do(engine)
        make_labels(engine, phone.branch_id, None, None, datetime.now(UTC))
        now = datetime.combine(until + timedelta(days=1), datetime.min.time(), UTC)

        def ask() -> dict[str, Any]:
            return day_plan(engine, phone, ["JIANBAO.EXAMPLE"], DAYS, now)

        content = ask()
        sizes = ", ".join(f"{len(content[part])} {part}" for part in ("points", "rounds", "owed"))
        return _seconds(ask, TIMES), sizes


def _phone_with_much_to_do(engine: Engine) -> PhoneIdentity:
    installation_id = uuid.uuid4()
    with writing(engine) as connection:
        branch = connection.scalars(select(Branch.id)).one()
        courier = connection.scalars(select(Courier.id).limit(1)).one()
        routes = list(connection.scalars(select(Route.id).order_by(Route.id).limit(ROUTES)))
        mine = update(RouteVersion).where(RouteVersion.route_id.in_(routes))
        connection.execute(mine.values(courier_id=courier, weekdays=EVERY_DAY))
        phone = insert(Installation).values(
            branch_id=branch,
            installation_id=installation_id,
            courier_id=courier,
            token_hash=installation_id.hex * 2,
            enrolled_at=datetime.now(UTC),
        )
        made = connection.execute(phone.returning(Installation.id)).scalar_one()
    return PhoneIdentity(made, installation_id, courier, branch)


def _print() -> bytes:
    labels = [
        Label(new_token(), new_short_code(), f"白市驿镇第{number}号村邮站", "白市驿镇 · 一段")
        for number in range(LABELS)
    ]
    return label_sheet(labels, "https://jianbao.example")


def _seconds(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Return the median wall clock and processor time of some runs after one to warm up."""
    work()
    taken = []
    for _ in range(times):
        started = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    wall, processor = zip(*taken, strict=True)
    return statistics.median(wall), statistics.median(processor)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
