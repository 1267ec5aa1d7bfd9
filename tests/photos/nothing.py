"""Sights in which no label is: what a decoder might take for one."""

from collections.abc import Callable
from random import Random

import numpy as np
import zxingcpp
from numpy.random import Generator
from PIL import Image, ImageDraw

from tests.photos.labels import HOST, MODULE, drawn, drawn_label, matrix, new_token
from tests.photos.optics import Pixels, Pose, placed
from tests.photos.walls import HEIGHT, WIDTH, notices, printed_columns, rough

Sight = Callable[[Generator, Pixels], Pixels]


def _held(random: Generator, frame: Pixels, picture: Image.Image) -> Pixels:
    """The picture before the wall, its longer side about 350 pixels."""
    side = random.uniform(250, 420)
    middle = (random.uniform(0.3, 0.7) * WIDTH, random.uniform(0.4, 0.6) * HEIGHT)
    pose = Pose(middle, side, random.uniform(0, 360), random.uniform(0, 35), random.uniform(0, 360))
    longer = max(picture.size)
    square = Image.new("L", (longer, longer), 240)
    square.paste(picture, ((longer - picture.width) // 2, (longer - picture.height) // 2))
    return placed(frame, square, (0, 0, longer), pose)


def _bare_wall(random: Generator, frame: Pixels) -> Pixels:
    return frame


def _grain(random: Generator, frame: Pixels) -> Pixels:
    grey = 128 + 300 * rough(random, int(random.integers(2, 12)), 2)
    return np.clip(np.repeat(grey[:, :, None], 3, 2), 0, 255)


def _notices(random: Generator, frame: Pixels) -> Pixels:
    return notices(random, frame, 7)


def _newspaper(random: Generator, frame: Pixels) -> Pixels:
    return _held(random, frame, printed_columns(random, 400, 60).convert("L"))


def _stripes(random: Generator, frame: Pixels) -> Pixels:
    """A barcode such as goods bear."""
    widths = random.integers(1, 5, 60) * 6
    bars = np.concatenate([np.full(w, 255 * (n % 2)) for n, w in enumerate(widths)])
    picture = Image.fromarray(np.tile(bars, (300, 1)).astype(np.uint8))
    return _held(random, frame, picture)


def _chessboard(random: Generator, frame: Pixels) -> Pixels:
    number = int(random.integers(7, 34))
    board = np.indices((number, number)).sum(axis=0) % 2 == 0
    return _held(random, frame, drawn(board.tolist()))


def _random_modules(random: Generator, frame: Pixels) -> Pixels:
    """A code's three corners and timing, between them nothing that makes sense."""
    real = np.array(matrix(f"HTTPS://{HOST}/P/{new_token(Random(7))}"))
    false = random.random(real.shape) < 0.5
    first, last = slice(9), slice(-8, None)
    for corner in ((first, first), (first, last), (last, first)):
        false[corner] = real[corner]
    false[6], false[:, 6] = real[6], real[:, 6]
    return _held(random, frame, drawn(false.tolist()))


def _corners_only(random: Generator, frame: Pixels) -> Pixels:
    """Rings within rings, as on targets and tiles."""
    picture = Image.new("L", (700, 700), 255)
    draw = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y = random.integers(0, 600, 2)
        for inset, shade in ((0, 0), (15, 255), (30, 0)):
            draw.rectangle((x + inset, y + inset, x + 105 - inset, y + 105 - inset), shade)
    return _held(random, frame, picture)


def _half_a_label(random: Generator, frame: Pixels) -> Pixels:
    """Torn through: more is gone than error correction gives back."""
    label = drawn_label(f"HTTPS://{HOST}/P/{new_token(Random(int(random.integers(10**6))))}")
    left, top, side = label.code
    kept = int(side * random.uniform(0.4, 0.6)) // MODULE * MODULE
    width, height = label.picture.size
    boxes = (0, 0, left + kept, height), (0, top + side - kept, width, height)
    return _held(random, frame, label.picture.crop(boxes[int(random.integers(2))]))


def _another_code(random: Generator, frame: Pixels) -> Pixels:
    """Codes that are no QR codes, as on parcels and tickets."""
    formats = ("DataMatrix", "Aztec", "PDF417", "Code128")
    text = f"HTTPS://{HOST}/P/{new_token(Random(int(random.integers(10**6))))}"
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, random.choice(formats)))
    return _held(random, frame, Image.fromarray(np.array(code.to_image(scale=6))))


SIGHTS: dict[str, Sight] = {
    "bare wall": _bare_wall,
    "grain": _grain,
    "notices": _notices,
    "newspaper": _newspaper,
    "barcode": _stripes,
    "chessboard": _chessboard,
    "random modules": _random_modules,
    "corners only": _corners_only,
    "half a label": _half_a_label,
    "another code": _another_code,
}
