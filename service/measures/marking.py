"""Marks of doubtful scans: which tables they need, which steps they take."""

import duckdb
import pyarrow as pa
from geopy.distance import geodesic

from service.measures.engine import derive, give

STEPS_TO_DISTANCES = ("alive", "candidates", "distances")
STEPS_TO_DOUBTS = ("decided", "doubts", "unsound")


def doubt(duck: duckdb.DuckDBPyConnection) -> None:
    """Derive `alive`, the scans that exist, and `doubts` and `unsound` among them.

    Distances are geodesic on WGS-84 (metrics.md, "How far the figures can be trusted"); where the
    spherical one already decides, which is nearly everywhere, it is taken instead.
    """
    derive(duck, STEPS_TO_DISTANCES)
    give(duck, {"geodesics": _geodesics(duck)})
    derive(duck, STEPS_TO_DOUBTS)


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
