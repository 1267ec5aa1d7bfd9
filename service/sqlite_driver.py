"""The SQLite library this process uses: pysqlite3's own copy, or Python's where there is no wheel.

Python's copy may be as old as the system's; SQLite before 3.51.3 can corrupt a database in WAL
mode with several connections (the WAL-reset bug), so such a library runs with the rollback journal.
"""

import logging
from types import ModuleType

try:
    import pysqlite3.dbapi2 as _driver
except ImportError:  # no wheel for this machine
    import sqlite3 as _driver

SAFE_WAL_SINCE = (3, 51, 3)

log = logging.getLogger(__name__)


def driver() -> ModuleType:
    """Return the DB-API module to give to SQLAlchemy."""
    module: ModuleType = _driver
    return module


def journal_mode() -> str:
    """Return `wal`, or `delete` (said in the log) where this library's WAL is not safe."""
    if _driver.sqlite_version_info >= SAFE_WAL_SINCE:
        return "wal"
    log.warning(
        "SQLite %s has the WAL-reset bug: using the rollback journal. Install pysqlite3 for WAL.",
        _driver.sqlite_version,
    )
    return "delete"
