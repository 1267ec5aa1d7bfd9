"""What happens to a label on a wall: covered, soiled, faded, scratched; and light upon it."""

import math

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

from tests.photos.labels import Label
from tests.photos.optics import Pixels
from tests.photos.walls import HEIGHT, WIDTH


def covered(random: Generator, label: Label, share: float) -> Image.Image:
    """Something opaque (tape, a leaf, a thumb) hides about that share of the code."""
    picture = label.picture.copy()
    left, top, side = label.code
    shade = int(random.choice((35, 120, 235)))
    # Twice the code's size, so that what hides it may come from without, then turned and cut.
    hidden = Image.new("L", (2 * side, 2 * side), 0)
    draw = ImageDraw.Draw(hidden)
    x, y = side + random.uniform(-0.45, 0.45, 2) * side
    if random.random() < 0.5:
        across = math.sqrt(share / math.pi) * side
        draw.ellipse((x - across, y - across * 1.2, x + across, y + across * 1.2), 255)
    else:
        draw.rectangle((0, y, 2 * side, y + share * side), 255)
    hidden = hidden.rotate(random.uniform(0, 360))
    picture.paste(shade, (left - side // 2, top - side // 2), hidden)
    return picture


def soiled(random: Generator, label: Label, share: float) -> Image.Image:
    """Spatters of mud and whitewash over about that share of the code."""
    picture = label.picture.copy()
    left, top, side = label.code
    hidden = np.zeros((side, side), bool)
    rows, columns = np.ogrid[:side, :side]
    while hidden.mean() < share:
        x, y = random.random(2) * side
        radius = side * 0.012 * random.lognormal(0.4, 0.6)
        spot = (columns - x) ** 2 + (rows - y) ** 2 < radius**2
        shade = 50 if random.random() < 0.6 else 225
        picture.paste(shade, (left, top), Image.fromarray(spot & ~hidden))
        hidden |= spot
    return picture.filter(ImageFilter.GaussianBlur(label.code[2] / label.modules / 8))


def faded(label: Label, contrast: float) -> Image.Image:
    """Only that much is left between its black and its white."""
    return label.picture.point(lambda value: round(205 - (255 - value) * contrast * 0.8))


def scratched(random: Generator, label: Label, number: int) -> Image.Image:
    picture = label.picture.copy()
    draw = ImageDraw.Draw(picture)
    left, top, side = label.code
    for _ in range(number):
        ends = random.uniform(-0.2, 1.2, 4) * side + (left, top, left, top)
        wide = int(side / 33 * random.uniform(0.3, 1.2))
        draw.line(tuple(ends), int(random.choice((245, 130))), wide)
    return picture


def glaring(random: Generator, frame: Pixels, middle: tuple[float, float], radius: float) -> Pixels:
    """A lamp or the sun is mirrored on foil at that place."""
    x, y = middle + random.uniform(-0.35, 0.35, 2) * radius
    rows, columns = np.ogrid[:HEIGHT, :WIDTH]
    far = np.hypot(columns - x, (rows - y) * random.uniform(1, 2.2)) / radius
    return np.clip(frame + (420 * np.exp(-(far**2) * 2.2))[:, :, None], 0, 255).astype(np.float32)


def shaded(random: Generator, frame: Pixels, dark: float, grain: int) -> Pixels:
    """The hard shadows of leaves: what lies in them has `dark` of the light."""
    small = random.random((HEIGHT // grain + 3, WIDTH // grain + 3)).astype(np.float32)
    leaves = Image.fromarray(small).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    light = np.clip((np.asarray(leaves) - 0.5) * 12, 0, 1) * (1 - dark) + dark
    return (frame * light[:, :, None]).astype(np.float32)
