"""Labels as they come out of the printer: cut from the sheet that the service made."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image

from tests.photos.labels import Label, matrix

DPI = 200
ACROSS, DOWN = 2, 4  # labels on a page


def printed_labels(sheet: Path) -> Iterator[Label]:
    """Yield each label of a PDF, cut out along its lines."""
    for page in pypdfium2.PdfDocument(sheet.read_bytes()):
        image = page.render(scale=DPI / 72).to_pil().convert("L")
        width, height = image.width // ACROSS, image.height // DOWN
        for number in range(ACROSS * DOWN):
            column, row = number % ACROSS, number // ACROSS
            left, top = column * width, row * height
            label = _label(image.crop((left, top, left + width, top + height)))
            if label is not None:
                yield label


def _label(picture: Image.Image) -> Label | None:
    found = zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode)
    if not found:
        return None
    first, last = found[0].position.top_left, found[0].position.bottom_right
    code = (first.x, first.y, max(last.x - first.x, last.y - first.y))
    return Label(found[0].text, picture, code, len(matrix(found[0].text)))
