"""SQLAlchemy tables: rows and constraints, no rules."""

from service.models.account import ApiToken, AuditEntry, RequestCount, User, UserSession
from service.models.base import Base
from service.models.branch import Branch
from service.models.catalogue import DirtyMonth, PublishedFacts, UntracedScan
from service.models.label import PointLabel
from service.models.phone import (
    Enrolment,
    HeldEvent,
    Installation,
    PhoneEvent,
    Photo,
    RoundReport,
)
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
    "ApiToken",
    "Arrival",
    "Attempt",
    "AuditEntry",
    "Base",
    "Branch",
    "Confirmation",
    "ConfirmationVoid",
    "Courier",
    "DirtyMonth",
    "Enrolment",
    "HeldEvent",
    "Hold",
    "Holiday",
    "Installation",
    "Office",
    "PhoneEvent",
    "Photo",
    "Point",
    "PointChange",
    "PointLabel",
    "PublicationException",
    "PublishedFacts",
    "RequestCount",
    "RoundReport",
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
    "UntracedScan",
    "User",
    "UserSession",
]
