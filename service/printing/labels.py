"""The sheet of QR labels: A4, eight to a page, to be cut out and put on a wall."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.labels import grouped, label_url
from service.printing import qr
from service.printing.typesetting import pdf


@dataclass(frozen=True, slots=True)
class Label:
    """A label to print; `place` says where in a few words: town, village, route."""

    token: str
    short_code: str
    name: str
    place: str


def label_sheet(labels: Iterable[Label], public_url: str) -> bytes:
    """Return a PDF of the labels in their order; one empty page for none. FontsMissingError.

    Names appear as they are, whatever is in them; a long one in smaller type.
    """
    return pdf(
        "labels.typ",
        [
            {
                "url": (url := label_url(public_url, label.token)),
                "qr": qr.svg(qr.modules(url)),
                "name": label.name,
                "place": label.place,
                "code": grouped(label.short_code),
            }
            for label in labels
        ],
    )
