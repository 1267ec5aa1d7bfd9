"""The worker that reads labels, as it is shipped, before bad photos and before nothing at all."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from benchmarks._pictures import build, png, served
from playwright.sync_api import Browser

from tests.photos.labels import HOST, drawn_label
from tests.photos.pictures import Photo, empty_photos, label_photo

FRAMES = 7  # as many as the camera page reads in about a second
READABLE = [
    "turned",
    "tilted",
    "moved",
    "out of focus",
    "dim",
    "glare",
    "small",
    "faded",
    "shadows",
]
Hold = Callable[[Photo], dict[str, Any]]


@pytest.fixture(scope="module")
def hold(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hold]:
    """Hold a photo before the decoder for a second."""
    folder = tmp_path_factory.mktemp("decoder")
    build("ours.html", folder)
    shown: dict[str, bytes] = {}
    with served(folder, shown) as address:
        page = browser.new_page()
        page.goto(f"{address}/ours.html")

        def hold(photo: Photo) -> dict[str, Any]:
            shown["/photo.png"] = png(photo.image)
            answer: dict[str, Any] = page.evaluate(
                "(frames) => hold('/photo.png?' + Math.random(), frames)", FRAMES
            )
            return answer

        yield hold
        page.close()


def test_it_reads_labels_in_trouble_within_a_second(hold: Hold) -> None:
    photos = [label_photo(kind, degree, "d") for kind in READABLE for degree in (1, 2)]
    missed = [photo.name for photo in photos if hold(photo)["texts"] != [photo.text]]
    assert len(missed) <= 1, missed


def test_it_reads_nothing_where_there_is_nothing(hold: Hold) -> None:
    seen = [(photo.name, hold(photo)["texts"]) for photo in empty_photos(3)]
    assert len(seen) == 10
    assert [each for each in seen if each[1]] == []


def test_every_code_in_view_is_told(hold: Hold) -> None:
    """A poster's code beside the label must not hide it."""
    texts = [f"HTTPS://{HOST}/P/0123456789ABCDEF", "https://u.example.cn/x"]
    left, right = (drawn_label(text).picture.resize((420, 520)) for text in texts)
    photo = label_photo("turned", 1, "e")
    photo.image.paste((200, 200, 200), (0, 0, *photo.image.size))
    photo.image.paste(left.convert("RGB"), (120, 100))
    photo.image.paste(right.convert("RGB"), (720, 100))
    assert sorted(hold(photo)["texts"]) == sorted(texts)
