"""The photos that decoders are judged by: the same each time, readable where that is meant."""

from collections.abc import Sequence

import zxingcpp
from PIL import Image

from tests.photos.labels import HOST, drawn_label
from tests.photos.pictures import KINDS, empty_photos, label_photo


def texts(image: Image.Image) -> Sequence[str]:
    return [code.text for code in zxingcpp.read_barcodes(image, zxingcpp.BarcodeFormat.QRCode)]


def test_a_flat_label_reads_as_what_it_says() -> None:
    label = drawn_label(f"HTTPS://{HOST}/P/0123456789ABCDEF")
    assert texts(label.picture) == [label.text]
    assert label.token == "0123456789ABCDEF"
    left, top, side = label.code
    code = label.picture.crop((left, top, left + side, top + side))
    assert code.getpixel((1, 1)) == code.getpixel((side - 2, 1)) == 0
    assert side % label.modules == 0


def test_a_photo_follows_from_its_name() -> None:
    first, again, other = (label_photo("everything", 1, seed) for seed in ("a", "a", "b"))
    assert first.image.tobytes() == again.image.tobytes()
    assert (first.text, first.name) == (again.text, again.name)
    assert other.image.tobytes() != first.image.tobytes()
    assert other.text != first.text


def test_the_first_degree_of_most_troubles_reads_and_the_fourth_does_not() -> None:
    kinds = ["tilted", "moved", "out of focus", "dim", "glare", "small", "faded", "curved"]
    assert set(kinds) < set(KINDS)
    easy, hard = (
        [
            kind
            for kind in kinds
            if texts((photo := label_photo(kind, n, "c")).image) == [photo.text]
        ]
        for n in (1, 4)
    )
    assert len(easy) >= 7
    assert len(hard) <= 4


def test_no_other_decoder_sees_a_label_where_there_is_none() -> None:
    seen = [(photo.kind, texts(photo.image)) for photo in empty_photos(7)]
    assert len(seen) == 10
    assert [each for each in seen if each[1]] == []
