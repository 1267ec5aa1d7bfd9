"""What labels hang on, and everything else a camera sees on a round."""

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw

from tests.photos.optics import Pixels

WIDTH, HEIGHT = 1280, 720


def rough(random: Generator, finest: int = 4, octaves: int = 6) -> Pixels:
    """Return cloudy noise between -1 and 1, its finest grain in pixels."""
    total = np.zeros((HEIGHT, WIDTH), np.float32)
    for octave in range(octaves):
        grain = finest * 2**octave
        small = random.uniform(-1, 1, (HEIGHT // grain + 2, WIDTH // grain + 2))
        image = Image.fromarray(small.astype(np.float32))
        total += np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)) / octaves
    return total


def wall(random: Generator) -> Pixels:
    """Return a frame, 0 to 255 by pixel and colour: one of several walls, unevenly lit."""
    made = (_plaster, _bricks, _planks, _tiles)[random.integers(4)](random)
    across = np.linspace(random.uniform(0.75, 1), random.uniform(0.75, 1), WIDTH, dtype=np.float32)
    return np.clip(made * across[None, :, None], 0, 255)


def _tinted(grey: Pixels, colour: tuple[float, float, float]) -> Pixels:
    return grey[:, :, None] * np.array(colour, np.float32)


def _plaster(random: Generator) -> Pixels:
    """Painted below, whitewashed above, both stained, as in half the villages."""
    grey = 190 + 40 * rough(random, 2) + 25 * rough(random, 16, 4)
    seam = int(random.uniform(0.2, 0.9) * HEIGHT)
    white, green = (1.0, 0.98, 0.93), (0.55, 0.75, 0.62)
    frame = _tinted(grey, white)
    frame[seam:] = _tinted(grey, green)[seam:]
    return frame


def _bricks(random: Generator) -> Pixels:
    height, width = int(random.integers(34, 60)), int(random.integers(90, 150))
    grey = 150 + 60 * rough(random, 2)
    frame = _tinted(grey, (0.95, 0.6, 0.5))
    for number, top in enumerate(range(0, HEIGHT, height)):
        frame[top : top + 4] = 170
        for left in range((number % 2) * width // 2, WIDTH, width):
            frame[top : top + height, left : left + 4] = 170
            frame[top : top + height, left : left + width] *= random.uniform(0.8, 1.1)
    return frame


def _planks(random: Generator) -> Pixels:
    grain = rough(random, 2).mean(axis=0, keepdims=True) * 300 + rough(random, 2) * 25
    frame = _tinted(130 + grain, (1.0, 0.8, 0.55))
    for left in range(int(random.integers(80)), WIDTH, int(random.integers(90, 180))):
        frame[:, left : left + 5] *= 0.3
    return frame


def _tiles(random: Generator) -> Pixels:
    side = int(random.integers(60, 130))
    frame = _tinted(205 + 20 * rough(random, 4), (1.0, 1.0, 0.97))
    frame[::side] = frame[1::side] = frame[:, ::side] = frame[:, 1::side] = 120
    return frame


def notices(random: Generator, frame: Pixels, number: int) -> Pixels:
    """Return the frame with sheets of printed columns pasted on it."""
    image = Image.fromarray(frame.astype(np.uint8))
    for _ in range(number):
        sheet = printed_columns(random, int(random.integers(160, 420)), int(random.integers(200)))
        sheet = sheet.rotate(random.uniform(-8, 8), expand=True, fillcolor=(235, 230, 215))
        image.paste(sheet, (int(random.integers(WIDTH)) - 80, int(random.integers(HEIGHT)) - 80))
    return np.asarray(image, np.float32)


def printed_columns(random: Generator, side: int, dark: int) -> Image.Image:
    """Return a sheet of what looks like columns of Chinese characters."""
    sheet = Image.new("RGB", (side, side), (235, 230, 215))
    draw = ImageDraw.Draw(sheet)
    step = int(random.integers(8, 26))
    for left in range(step, side - step, int(step * 1.3)):
        for top in range(step, side - step, int(step * 1.15)):
            if random.random() < 0.94:
                _character(random, draw, left, top, step, dark)
    return sheet


def _character(
    random: Generator, draw: ImageDraw.ImageDraw, left: int, top: int, size: int, dark: int
) -> None:
    shade = (dark // 3,) * 3
    for _ in range(random.integers(3, 8)):
        x, y, z = left + random.random(3) * size * 0.9
        if random.random() < 0.5:
            draw.line((x, top + (y - left), z, top + (y - left)), shade, max(1, size // 10))
        else:
            draw.line((x, top, x, top + (z - left)), shade, max(1, size // 10))
