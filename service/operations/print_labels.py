"""A sheet of labels for chosen points, made where there are none yet."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from service.models import Branch
from service.operations.labels import make_labels
from service.printing.labels import label_sheet
from service.queries.labels import Chosen, chosen_points, labels_to_print


@dataclass(frozen=True, slots=True)
class Sheet:
    """A PDF of `labels` labels, of which `made` are new; None where there is nothing to print."""

    pdf: bytes | None
    labels: int
    made: int


def print_labels(
    engine: Engine,
    branch_id: int,
    chosen: Chosen,
    public_url: str,
    user_id: int | None,
    now: datetime,
) -> Sheet:
    """Return the sheet for the points chosen. UnknownCode; FontsMissingError.

    `user_id` is who asks, None for the command line.
    """
    with engine.connect() as connection:
        zone = connection.scalar(select(Branch.timezone).where(Branch.id == branch_id))
    today = now.astimezone(ZoneInfo(zone or "UTC")).date()
    points = chosen_points(engine, branch_id, chosen, today)
    made = make_labels(engine, branch_id, points, user_id, now)
    labels = labels_to_print(engine, points, today)
    pdf = label_sheet(labels, public_url) if labels else None
    return Sheet(pdf, len(labels), made)
