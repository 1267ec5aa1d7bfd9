"""Bring the published facts up to the records."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from service.measures import refresher


def refresh_facts(engine: Engine, facts: Path, branch_id: int, now: datetime) -> bool:
    """Derive again and publish what is dirty of one branch; tell whether anything was."""
    return refresher.refresh(engine, facts, branch_id, now)


def refresh_dirty(engine: Engine, facts: Path, now: datetime) -> int:
    """Do the same for every branch; return how many had something to do."""
    return refresher.refresh_all(engine, facts, now)
