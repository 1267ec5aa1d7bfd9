"""Derive the facts of the only branch, here and now, and print as JSON what that took."""

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._places import Place
from sqlalchemy import Connection, Engine, text

from service.config import Config
from service.measures.dirty import mark_everything, mark_months
from service.models.engine import reading, writing
from service.operations.refresh_facts import refresh_facts

TIMES = 5


def main(month: int) -> None:
    """Derive from scratch once, then one month several times."""
    config = Config.from_environment(os.environ)
    with Place(Path.cwd(), config).engine() as engine:
        with reading(engine) as connection:
            branch_id = connection.execute(text("SELECT id FROM branches")).scalar_one()
        cpu = time.process_time()
        whole = _timed(engine, config.facts, branch_id, mark_everything)
        took = {"seconds": whole, "cpu": time.process_time() - cpu, "peak_mb": _peak_mb()}

        def mark(connection: Connection, branch_id: int) -> None:
            mark_months(connection, branch_id, [month])

        months = [_timed(engine, config.facts, branch_id, mark) for _ in range(TIMES)]
    print(json.dumps({**took, "month": statistics.median(months)}))


def _timed(
    engine: Engine, facts: Path, branch_id: int, mark: Callable[[Connection, int], None]
) -> float:
    with writing(engine) as connection:
        mark(connection, branch_id)
    started = time.perf_counter()
    assert refresh_facts(engine, facts, branch_id, datetime.now(UTC))
    return time.perf_counter() - started


def _peak_mb() -> float:
    """Return the most memory this process has held.

    What getrusage says is of the process that started this one too, where that held more.
    """
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    main(int(sys.argv[1]))
