"""SQLAlchemy tables: rows and constraints, no rules."""

from service.models.base import Base
from service.models.branch import Branch
from service.models.catalogue import DirtyMonth, PublishedFacts
from service.models.plan import (
    ALWAYS,
    Courier,
    Office,
    Point,
    PointChange,
    Route,
    RouteException,
    RouteStop,
    RouteVersion,
    Town,
)
from service.models.promise import (
    Hold,
    Holiday,
    PublicationException,
    ServiceStandard,
    Subscription,
    Title,
)
from service.models.record import (
    Arrival,
    Attempt,
    Confirmation,
    ConfirmationVoid,
    Scan,
    ScanItem,
    ScanVoid,
)

__all__ = [
    "ALWAYS",
    "Arrival",
    "Attempt",
    "Base",
    "Branch",
    "Confirmation",
    "ConfirmationVoid",
    "Courier",
    "DirtyMonth",
    "Hold",
    "Holiday",
    "Office",
    "Point",
    "PointChange",
    "PublicationException",
    "PublishedFacts",
    "Route",
    "RouteException",
    "RouteStop",
    "RouteVersion",
    "Scan",
    "ScanItem",
    "ScanVoid",
    "ServiceStandard",
    "Subscription",
    "Title",
    "Town",
]
