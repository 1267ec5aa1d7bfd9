"""Marks of doubtful scans: which tables they need, which steps they take."""

from collections.abc import Callable

import duckdb
import pyarrow as pa
from geopy.distance import geodesic

# From `scans`, `offsets`, `asked` and `points` to `alive`, the scans that exist, and to `doubts`
# and `unsound` among them.
STEPS = ("alive", "distances", "decided", "doubts", "unsound")


def geodesics(duck: duckdb.DuckDBPyConnection) -> dict[str, Callable[[], pa.Table]]:
    """Return the table `geodesics`, to come when the step `distances` is done.

    Distances are geodesic on WGS-84 (metrics.md, "How far the figures can be trusted"); where the
    spherical one already decides, which is nearly everywhere, it is taken instead.
    """
    return {"geodesics": lambda: _geodesics(duck)}


def _geodesics(duck: duckdb.DuckDBPyConnection) -> pa.Table:
    rows = duck.execute(
        "SELECT DISTINCT kind, scan_id, other_id, lat, lon, other_lat, other_lon"
        " FROM distances WHERE doubtful"
    ).fetchall()
    return pa.table(
        {
            "kind": pa.array([row[0] for row in rows], pa.string()),
            "scan_id": pa.array([row[1] for row in rows], pa.int64()),
            "other_id": pa.array([row[2] for row in rows], pa.int64()),
            "metres": pa.array([geodesic(row[3:5], row[5:7]).meters for row in rows], pa.float64()),
        }
    )
