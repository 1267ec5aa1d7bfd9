"""`jianbao labels`: sheets of QR labels. `jianbao enrol`: the code that binds a phone."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import ngettext
from qrcode import QRCode
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from service.cli.output import REFUSED_DATA, Command, Refusal, refusal, speak_utf8, unavailable
from service.domain.enrolment import enrolment_url
from service.domain.failures import Failure, UnknownCode
from service.extensions import db
from service.models import Courier
from service.operations.enrol_phone import new_enrolment
from service.operations.print_labels import Sheet, print_labels
from service.printing.typesetting import FontsMissingError
from service.queries.branches import branch_id_of
from service.queries.labels import Chosen
from service.queries.names import branch_of
from service.wording import translated as _


def commands() -> list[click.Command]:
    """Return the commands, with help in the language in force."""
    branch = click.Option(
        ["--branch"], metavar="CODE", help=_("The branch; needed where there are several")
    )
    return [
        Command(
            "labels",
            help=_(
                "Write a sheet of QR labels into OUT.pdf, for all points or those chosen. Points "
                "without a label get one."
            ),
            params=[
                click.Argument(["out"], metavar="OUT.pdf", type=click.Path(path_type=Path)),
                click.Option(
                    ["--point", "points"],
                    multiple=True,
                    metavar="CODE",
                    help=_("Only this point; may be given several times"),
                ),
                click.Option(["--route"], metavar="CODE", help=_("Only the points of this route")),
                click.Option(
                    ["--missing"], is_flag=True, help=_("Only points that have no label yet")
                ),
                branch,
            ],
            callback=with_appcontext(run_labels),
        ),
        Command(
            "enrol",
            help=_("Print a code that binds one phone to the courier, good once and for an hour."),
            params=[click.Argument(["courier"], metavar="COURIER"), branch],
            callback=with_appcontext(run_enrol),
        ),
    ]


def run_labels(
    out: Path, points: tuple[str, ...], route: str | None, missing: bool, branch: str | None
) -> None:
    """Write the sheet; exit 2 for an unknown code, 1 where OUT or the fonts are not there."""
    speak_utf8()
    chosen = Chosen(points, route, without_label=missing)
    try:
        sheet = print_labels(
            db.engine,
            _branch_id(branch),
            chosen,
            current_app.extensions["jianbao"].public_url,
            user_id=None,
            now=datetime.now(UTC),
        )
        if sheet.pdf is not None:
            out.write_bytes(sheet.pdf)
    except Failure as failure:
        raise refusal(failure) from failure
    except OperationalError as error:
        raise unavailable(error) from error
    except (FontsMissingError, OSError) as error:
        raise Refusal(str(error), REFUSED_DATA) from error
    click.echo(_said(sheet, out))


def _said(sheet: Sheet, out: Path) -> str:
    if sheet.pdf is None:
        return _("There is nothing to print: no file is written.")
    labels = ngettext("%(num)d label", "%(num)d labels", sheet.labels)
    return _("%(out)s: %(labels)s, %(made)d of them new", out=out, labels=labels, made=sheet.made)


def run_enrol(courier: str, branch: str | None) -> None:
    """Print the address and its QR code; exit 2 for an unknown courier."""
    speak_utf8()
    try:
        branch_id = _branch_id(branch)
        code = new_enrolment(
            db.engine, branch_id, _courier_id(branch_id, courier), None, datetime.now(UTC)
        )
    except Failure as failure:
        raise refusal(failure) from failure
    except OperationalError as error:
        raise unavailable(error) from error
    address = enrolment_url(current_app.extensions["jianbao"].public_url, code)
    click.echo(_in_blocks(address))
    click.echo(address)
    click.echo(_("Open it on the phone within an hour; it works once."))


def _branch_id(code: str | None) -> int:
    branch = branch_of(db.engine, code)
    with db.engine.connect() as connection:
        return branch_id_of(connection, branch.code)


def _courier_id(branch_id: int, code: str) -> int:
    query = select(Courier.id).where(Courier.branch_id == branch_id, Courier.courier_code == code)
    with db.engine.connect() as connection:
        found = connection.scalar(query)
    if found is None:
        raise UnknownCode("courier", code)
    return found


def _in_blocks(text: str) -> str:
    """Return a QR code for a terminal, two modules a character, dark on light."""
    code = QRCode()
    code.add_data(text)
    drawn = StringIO()
    code.print_ascii(drawn, invert=True)
    return drawn.getvalue().rstrip("\n")
