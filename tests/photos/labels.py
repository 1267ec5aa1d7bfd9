"""Pictures of labels as they come from the printer: flat, sharp, evenly lit."""

from dataclasses import dataclass
from random import Random

import numpy as np
import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_H

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HOST = "JIANBAO.EXAMPLE"
MODULE = 20  # pixels of a flat picture


@dataclass(frozen=True)
class Label:
    """A label's picture, and where in it the code is: left, top and side without quiet zone."""

    text: str
    picture: Image.Image
    code: tuple[int, int, int]
    modules: int

    @property
    def token(self) -> str:
        return self.text.rpartition("/")[2].upper()


def new_token(random: Random) -> str:
    return "".join(random.choices(ALPHABET, k=16))


def drawn_label(text: str) -> Label:
    """A label of the usual form: the code, its short code and two lines below."""
    modules = matrix(text)
    side = len(modules) * MODULE
    margin = 4 * MODULE
    width, height = side + 2 * margin, side + 2 * margin + 6 * MODULE
    picture = Image.new("L", (width, height), 255)
    picture.paste(drawn(modules), (margin, margin))
    draw = ImageDraw.Draw(picture)
    for line, size in enumerate((3.2, 1.8)):
        font = ImageFont.load_default(size * MODULE)
        middle = (width // 2, side + margin + MODULE * (3 + 3 * line))
        draw.text(middle, ("7K2M9QX", "Scan me: was the paper here?")[line], 0, font, "mm")
    draw.rectangle((0, 0, width - 1, height - 1), outline=160, width=2)
    return Label(text, picture, (margin, margin, side), len(modules))


def matrix(text: str) -> list[list[bool]]:
    """Return the modules of a code at error correction H, without its quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_H, border=0)
    code.add_data(text)
    code.make()
    return code.modules


def drawn(modules: list[list[bool]]) -> Image.Image:
    dark = np.array(modules, dtype=bool)
    pixels = np.where(dark, 0, 255).astype(np.uint8)
    return Image.fromarray(np.kron(pixels, np.ones((MODULE, MODULE), np.uint8)))
