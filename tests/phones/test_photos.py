"""Photos of attempts: encoded anew, kept once, and only for who sent the attempt."""

import threading
import uuid
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import Engine, func, insert, select

from service.app import create_app
from service.config import Config
from service.domain.failures import NotAPhoto, TooLarge, UnknownEvent
from service.domain.tokens import token_hash
from service.extensions import db
from service.models import Courier, Installation, PhoneEvent, Photo
from service.models.engine import writing
from service.operations.keep_photo import LARGEST, keep_photo
from service.photo_encoding import encoded_anew
from service.queries.identities import PhoneIdentity
from tests.phones.conftest import NOW

ORIENTATION, MAKE, GPS, LATITUDE = 0x0112, 0x010F, 0x8825, 2


def a_picture(width: int = 800, height: int = 600) -> Image.Image:
    """Left half red, right half blue, with something to see in both."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[:, : width // 2, 0] = 220
    pixels[:, width // 2 :, 2] = 220
    pixels[:: max(1, height // 20)] //= 2
    return Image.fromarray(pixels)


def jpeg(picture: Image.Image, **more: object) -> bytes:
    written = BytesIO()
    picture.save(written, "JPEG", **more)
    return written.getvalue()


def with_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKE] = "Redmi-9A-of-Chen"
    exif.get_ifd(GPS)[LATITUDE] = (29.0, 30.0, 15.0)
    return jpeg(a_picture(), exif=exif, comment=b"a comment of the phone", icc_profile=b"profile")


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_only_the_picture_is_kept() -> None:
    came = with_exif()
    for trace in (b"Redmi-9A", b"a comment", b"profile"):
        assert trace in came
    kept = encoded_anew(came)
    for trace in (b"Redmi-9A", b"a comment", b"profile", b"Exif"):
        assert trace not in kept
    assert dict(opened(kept).getexif()) == {}
    assert opened(kept).size == (800, 600)


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (800, 600), "left"), (3, (800, 600), "right"), (6, (600, 800), "top")],
)
def test_a_turned_picture_is_turned_upright(
    orientation: int, size: tuple[int, int], red_at: str
) -> None:
    kept = np.asarray(opened(encoded_anew(with_exif(orientation))))
    assert (kept.shape[1], kept.shape[0]) == size
    halves = {
        "left": kept[:, : kept.shape[1] // 2 - 9],
        "right": kept[:, kept.shape[1] // 2 + 9 :],
        "top": kept[: kept.shape[0] // 2 - 9],
    }
    red, _, blue = halves[red_at].reshape(-1, 3).mean(axis=0)
    assert red > 100 > 50 > blue


@pytest.mark.parametrize(
    ("size", "kept"), [((4000, 3000), (1600, 1200)), ((900, 3600), (400, 1600)), ((20, 9), (20, 9))]
)
def test_a_large_picture_is_made_smaller(size: tuple[int, int], kept: tuple[int, int]) -> None:
    assert opened(encoded_anew(jpeg(a_picture(*size), quality=30))).size == kept


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_other_colour_spaces_become_rgb(mode: str) -> None:
    assert opened(encoded_anew(jpeg(a_picture().convert(mode)))).mode == "RGB"


def bomb() -> bytes:
    """A small JPEG whose header says 40,000 × 30,000."""
    content = bytearray(jpeg(a_picture(64, 64)))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = (30_000).to_bytes(2, "big") + (40_000).to_bytes(2, "big")
    return bytes(content)


def png() -> bytes:
    written = BytesIO()
    a_picture().save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        png(),
        bomb(),
        jpeg(a_picture())[:2000],
        b"\xff\xd8\xff\xe1" + b"\x00\x08Exif" + b"\xff" * 500,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
    ids=["nothing", "text", "png", "bomb", "cut", "broken exif", "svg"],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhoto):
        encoded_anew(content)


def test_damaged_files_never_do_more_than_be_refused() -> None:
    chance, whole = np.random.default_rng(1), with_exif()
    for _ in range(150):
        damaged = bytearray(whole)
        for place in chance.integers(2, 600, 8):
            damaged[place] = chance.integers(0, 256)
        try:
            assert opened(encoded_anew(bytes(damaged))).format == "JPEG"
        except NotAPhoto:
            continue


@pytest.fixture
def phone(engine: Engine) -> Callable[..., PhoneIdentity]:
    """A new phone of a courier."""

    def new(courier: str = "C1") -> PhoneIdentity:
        with writing(engine) as connection:
            query = select(Courier.id, Courier.office_id).where(Courier.courier_code == courier)
            found = connection.execute(query).first()
            courier_id = found and found.id
            if found is None:
                values = {"branch_id": 1, "courier_code": courier, "name": "x", "office_id": 1}
                made = insert(Courier).values(id=7, **values).returning(Courier.id)
                courier_id = connection.execute(made).scalar_one()
            id_ = uuid.uuid4()
            row = {"branch_id": 1, "installation_id": id_, "courier_id": courier_id}
            made = insert(Installation).values(
                token_hash=token_hash(id_.hex), enrolled_at=NOW, **row
            )
            pk = connection.execute(made.returning(Installation.id)).scalar_one()
        assert courier_id is not None
        return PhoneIdentity(pk, id_, courier_id, 1)

    return new


def attempt(
    engine: Engine,
    phone: PhoneIdentity,
    kind: str | None = "attempt",
    event_id: uuid.UUID | None = None,
) -> uuid.UUID:
    event_id = event_id or uuid.uuid4()
    with writing(engine) as connection:
        connection.execute(
            insert(PhoneEvent).values(
                branch_id=1,
                installation_id=phone.installation,
                event_id=event_id,
                digest=uuid.uuid4().hex,
                kind=kind,
                raw="{}",
                received_at=NOW,
            )
        )
    return event_id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "photos"


def kept(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(Photo.file).order_by(Photo.event)))


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_photo_is_kept_once(
    engine: Engine, phone: Callable[..., PhoneIdentity], folder: Path
) -> None:
    mine = phone()
    event = attempt(engine, mine)
    for _ in range(3):
        keep_photo(engine, folder, mine, event, with_exif(), NOW)
    [file] = kept(engine)
    assert files(folder) == [file]
    assert file.startswith(f"2026-07/{event}-")
    assert opened((folder / file).read_bytes()).size == (800, 600)
    # Another picture under the same id changes nothing.
    keep_photo(engine, folder, mine, event, jpeg(a_picture(10, 10)), NOW)
    assert opened((folder / file).read_bytes()).size == (800, 600)


def test_a_photo_sent_twice_at_once_is_kept_once(
    engine: Engine, phone: Callable[..., PhoneIdentity], folder: Path
) -> None:
    mine = phone()
    event, together = attempt(engine, mine), threading.Barrier(3)

    def send() -> None:
        together.wait()
        keep_photo(engine, folder, mine, event, with_exif(), NOW)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files(folder) == kept(engine)
    assert len(kept(engine)) == 1


def test_an_older_phone_of_the_courier_may_have_sent_the_attempt(
    engine: Engine, phone: Callable[..., PhoneIdentity], folder: Path
) -> None:
    old, new = phone(), phone()
    keep_photo(engine, folder, new, attempt(engine, old), with_exif(), NOW)
    assert len(kept(engine)) == 1


def test_nobody_elses_attempt_can_be_given_a_photo(
    engine: Engine, phone: Callable[..., PhoneIdentity], folder: Path
) -> None:
    mine, other = phone("C1"), phone("C2")
    for event in (attempt(engine, other), attempt(engine, mine, "scan"), uuid.uuid4()):
        with pytest.raises(UnknownEvent):
            keep_photo(engine, folder, mine, event, with_exif(), NOW)
    assert files(folder) == []
    # The same id at both: each has its own.
    shared = attempt(engine, other)
    attempt(engine, mine, event_id=shared)
    keep_photo(engine, folder, mine, shared, with_exif(), NOW)
    with engine.connect() as connection:
        owner = select(PhoneEvent.installation_id).join(Photo, Photo.event == PhoneEvent.id)
        assert list(connection.scalars(owner)) == [mine.installation]


def test_a_refused_photo_leaves_nothing_behind(
    engine: Engine, phone: Callable[..., PhoneIdentity], folder: Path
) -> None:
    mine = phone()
    event = attempt(engine, mine)
    with pytest.raises(NotAPhoto):
        keep_photo(engine, folder, mine, event, bomb(), NOW)
    with pytest.raises(TooLarge):
        keep_photo(engine, folder, mine, event, b"\xff" * (LARGEST + 1), NOW)
    assert (files(folder), kept(engine)) == ([], [])
    keep_photo(engine, folder, mine, event, with_exif(), NOW)
    assert len(kept(engine)) == 1


@pytest.fixture
def app(migrated_url: str, engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(Config(data=tmp_path / "data", database_url=migrated_url, testing=True))
    with app.app_context():
        yield app
        db.engine.dispose()


def test_over_http(app: Flask, engine: Engine, phone: Callable[..., PhoneIdentity]) -> None:
    mine = phone()
    event, client = attempt(engine, mine), app.test_client()
    bearer = {"Authorization": f"Bearer {mine.installation_id.hex}"}
    path = f"/api/v1/photos/{event}"

    def put(content: bytes, where: str = path, **headers: str) -> tuple[int, str | None]:
        given = {"Content-Type": "image/jpeg", **bearer, **headers}
        answer = client.put(where, data=content, headers=given)
        assert (answer.status_code == 204) == ("Content-Type" not in answer.headers)
        return answer.status_code, answer.json["code"] if answer.json else None

    assert put(with_exif(), Authorization="Bearer x") == (401, "unknown_token")
    assert put(with_exif(), f"/api/v1/photos/{uuid.uuid4()}") == (404, "unknown_event")
    assert put(with_exif(), "/api/v1/photos/no-uuid") == (404, "not_found")
    assert put(with_exif(), **{"Content-Type": "image/png"}) == (422, "not_a_photo")
    assert put(b"no picture") == (422, "not_a_photo")
    assert put(b"\xff" * (LARGEST + 1)) == (413, "too_large")
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Photo)) == 0
    assert put(with_exif()) == (204, None)
    assert put(with_exif()) == (204, None)
    [file] = kept(engine)
    assert (app.extensions["jianbao"].photos / file).exists()
