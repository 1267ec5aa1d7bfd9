"""The printed sheet: every label reads back with another decoder, every text stands there."""

import ctypes
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdfium2 import raw

from service.domain.labels import grouped, label_url, new_short_code, new_token
from service.printing import qr, typesetting
from service.printing.labels import Label, label_sheet

PUBLIC_URL = "https://jianbao.example"
LONG_URL = "https://" + "zhong-guo-you-zheng." * 4 + "example.cn:8443"
MM_A_POINT = 25.4 / 72
A_PAGE = 8
HOSTILE = [
    '#import "x": *',
    "$x^2$ *bold* _it_ `raw` @ref <label> // comment /* */",
    "[block] #{1+1} \\ \"quoted\" 'single' ~ -- ---",
    "</script><b>& ' \\u{1F004}",
    "{{ 7*7 }} {% if %} %s %(x)s",
    "九龙坡区\u202eback\u202c wards",
]


def label(name: str = "海龙村邮站", place: str = "白市驿镇 海龙 · 白市驿一段") -> Label:
    return Label(new_token(), new_short_code(), name, place)


def pages(pdf: bytes, dpi: float) -> Iterator[np.ndarray[Any, np.dtype[np.uint8]]]:
    """Each page in greys."""
    for page in pypdfium2.PdfDocument(pdf):
        yield np.asarray(page.render(scale=dpi / 72).to_pil().convert("L"))


def read(image: np.ndarray[Any, np.dtype[np.uint8]]) -> list[str]:
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return [each.text for each in found]


def text_of(pdf: bytes) -> str:
    """All text of a PDF, without white space and what is not seen."""
    texts = (page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))
    return bare("".join(texts))


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b\u202a-\u202e\x00-\x1f\ufffe]+", "", text)


@pytest.fixture(scope="module")
def sheet() -> tuple[list[Label], bytes]:
    labels = [label(f"第{number}号邮站") for number in range(24)]
    return labels, label_sheet(labels, PUBLIC_URL)


@pytest.mark.parametrize("dpi", [100, 150, 300])
def test_every_label_reads_back(sheet: tuple[list[Label], bytes], dpi: int) -> None:
    labels, pdf = sheet
    found = [text for page in pages(pdf, dpi) for text in read(page)]
    assert sorted(found) == sorted(label_url(PUBLIC_URL, each.token) for each in labels)


def test_every_label_of_a_photocopy_reads_back(sheet: tuple[list[Label], bytes]) -> None:
    labels, pdf = sheet
    noise = np.random.default_rng(1)
    found = []
    for page in pages(pdf, 150):
        grey = np.asarray(Image.fromarray(page).rotate(2, fillcolor=255), dtype=np.int16)
        spotted = grey + noise.normal(0, 60, page.shape)
        found += read(np.where(spotted > 128, 255, 0).astype(np.uint8))
    assert sorted(found) == sorted(label_url(PUBLIC_URL, each.token) for each in labels)


def test_a_splash_of_dirt_is_borne(sheet: tuple[list[Label], bytes]) -> None:
    """Error correction H: a splash over 12 % of the modules, away from the corners."""
    labels, pdf = sheet
    [page, *_] = pages(pdf, 150)
    dirty = page.copy()
    a_cell = (page.shape[0] // 4, page.shape[1] // 2)
    pixels = 150 / 25.4
    for row in range(4):
        for column in range(2):
            top, left = row * a_cell[0], column * a_cell[1]
            middle = [int(edge + (8 + 25) * pixels) for edge in (top, left)]
            half = int(7 * pixels)
            dirty[middle[0] - half : middle[0] + half, middle[1] - half : middle[1] + half] = 90
    assert sorted(read(dirty)) == sorted(label_url(PUBLIC_URL, each.token) for each in labels[:8])


@pytest.mark.parametrize("url", [PUBLIC_URL, "http://127.0.0.1:8000", LONG_URL])
def test_modules_are_large_enough_for_a_wall_outdoors(url: str) -> None:
    each = label()
    address = label_url(url, each.token)
    modules = qr.modules(address)
    side = 50.0  # mm, as labels.typ says
    assert side / (len(modules) + 2 * qr.QUIET_ZONE) >= 0.8
    [image] = pages(label_sheet([each], url), 300)
    [found] = zxingcpp.read_barcodes(image)
    assert found.text == address
    assert found.ec_level in ("H", "Q")
    corners = found.position
    width_mm = (corners.top_right.x - corners.top_left.x) / 300 * 25.4
    assert width_mm == pytest.approx(side * len(modules) / (len(modules) + 8), abs=0.5)


def test_the_quiet_zone_is_empty(sheet: tuple[list[Label], bytes]) -> None:
    labels, pdf = sheet
    [page, *_] = pages(pdf, 300)
    side = len(qr.modules(label_url(PUBLIC_URL, labels[0].token)))
    module = 50 / (side + 8)
    for found in zxingcpp.read_barcodes(page):
        corners = found.position
        quiet = int(3.8 * module / 25.4 * 300)
        top, left = corners.top_left.y - quiet, corners.top_left.x - quiet
        bottom, right = corners.bottom_right.y + quiet, corners.bottom_right.x + quiet
        around = page[top:bottom, left:right].copy()
        around[quiet - 6 : -quiet + 6, quiet - 6 : -quiet + 6] = 255
        assert around.min() > 200


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stand_there_as_they_are(name: str) -> None:
    pdf = label_sheet([label(name, place=name)], PUBLIC_URL)
    text = text_of(pdf)
    # A text that turns its direction is extracted in the order in which it is seen.
    if "\u202e" in name:
        assert "九龙坡区" in text
    else:
        assert text.count(bare(name)) == 2


@pytest.mark.parametrize(
    "name", ["三" * 200, "W" * 200, "long words of a name " * 9, "ＡＢ，。" * 50]
)
def test_long_names_stay_within_their_label(name: str) -> None:
    labels = [label(name, place=name) for _ in range(A_PAGE)]
    pdf = label_sheet(labels, PUBLIC_URL)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    assert len(read(next(pages(pdf, 150)))) == A_PAGE
    text = text_of(pdf)
    for each in labels:
        assert bare(grouped(each.short_code)) in text
    assert text.count(bare(name)[:150]) >= A_PAGE
    # Nothing is drawn over the lines to cut along, nor beyond the page.
    [page] = pages(pdf, 150)
    middle = page.shape[1] // 2
    beside = np.concatenate([page[:, middle - 20 : middle - 3], page[:, middle + 3 : middle + 20]])
    dark = (beside < 100).any(axis=0).sum()
    assert dark == 0
    assert page[:, :20].min() > 100
    assert page[:, -20:].min() > 100


def test_the_words_of_a_label_are_text(sheet: tuple[list[Label], bytes]) -> None:
    labels, pdf = sheet
    text = text_of(pdf)
    for each in labels:
        assert each.name in text
        assert bare(grouped(each.short_code)) in text
    for words in ("投递员：每次投递都扫这个码。", "Courier:scanateverydelivery."):
        assert text.count(words) == len(labels)


def test_characters_of_place_names_are_there_and_embedded() -> None:
    pdf = label_sheet([label("埡口村 㙟坝 垭口 𨱏")], PUBLIC_URL)
    assert "埡口村" in text_of(pdf)
    # Written with a real glyph, not the box of a missing one: two of these differ.
    drawn = [next(pages(label_sheet([label(each, "")], PUBLIC_URL), 150)) for each in "埡壋"]
    words = [page[60:200, 360:600] for page in drawn]
    assert (words[0] != words[1]).any()
    fonts = embedded_fonts(pdf)
    assert any("NotoSansSC" in name for name in fonts)
    assert all(fonts.values()), fonts


def embedded_fonts(pdf: bytes) -> dict[str, bool]:
    """The fonts of the first page, and whether each is in the file."""
    page, found = pypdfium2.PdfDocument(pdf)[0], {}
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=9):
        font = raw.FPDFTextObj_GetFont(item.raw)
        size = raw.FPDFFont_GetBaseFontName(font, None, 0)
        name = (ctypes.c_char * size)()
        raw.FPDFFont_GetBaseFontName(font, name, size)
        found[name.value.decode()] = raw.FPDFFont_GetIsEmbedded(font) == 1
    return found


def test_the_same_labels_give_the_same_bytes() -> None:
    labels = [label()]
    assert label_sheet(labels, PUBLIC_URL) == label_sheet(labels, PUBLIC_URL)


def test_a_sheet_without_labels_is_an_empty_page() -> None:
    assert len(pypdfium2.PdfDocument(label_sheet([], PUBLIC_URL))) == 1


def test_missing_fonts_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(typesetting, "FONTS", tmp_path)
    typesetting._fonts.cache_clear()
    try:
        with pytest.raises(typesetting.FontsMissingError, match="npm run build"):
            label_sheet([label()], PUBLIC_URL)
    finally:
        typesetting._fonts.cache_clear()


def test_four_hundred_labels_take_seconds_and_all_read_back() -> None:
    labels = [label(f"白市驿镇第{number}号村邮站") for number in range(400)]
    started = time.process_time()
    pdf = label_sheet(labels, PUBLIC_URL)
    assert time.process_time() - started < 15
    found = [text for page in pages(pdf, 150) for text in read(page)]
    assert len(found) == 400
    assert set(found) == {label_url(PUBLIC_URL, each.token) for each in labels}
