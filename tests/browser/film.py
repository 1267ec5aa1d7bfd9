"""Films for Chromium's fake camera: labels held before it one after another, as MJPEG.

Chromium plays such a file at 30 frames a second, from the start again when it ends.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image

from tests.photos.labels import Label
from tests.photos.optics import Pose, defocused, exposed, moved, placed
from tests.photos.walls import HEIGHT, WIDTH, wall
from tests.photos.wear import covered

RATE = 30


@dataclass(frozen=True)
class Shot:
    """A label (None: the bare wall) for some seconds, and what is wrong with the picture."""

    label: Label | None
    seconds: float = 2.0
    side: float = 330
    turned: float = 0
    tilted: float = 0
    blurred: float = 0  # radius out of focus, in modules
    moved: float = 0  # in modules
    light: float = 1.0
    covered: float = 0  # share of the code


PAUSE = Shot(None, 0.7)
# The film begins again when it ends: what was not read at first (a busy machine) comes once more.
END = Shot(None, 25, light=0.001)
# Every label of a round in another of these ways, so that a round has met them all.
TROUBLES = (
    Shot(None),
    Shot(None, turned=145),
    Shot(None, blurred=0.45),
    Shot(None, light=0.12),
    Shot(None, covered=0.05),
    Shot(None, tilted=40, turned=-30),
    Shot(None, moved=0.7),
    Shot(None, side=180),
)


def round_of(labels: Iterable[Label]) -> list[Shot]:
    """Every label once, each with another trouble, the wall between them."""
    shots = [PAUSE, PAUSE]
    for label, trouble in zip(labels, cycle(TROUBLES)):
        shots += [replace(trouble, label=label), PAUSE]
    return [*shots, END]


def shoot(path: Path, shots: Sequence[Shot], seed: int = 1) -> Path:
    """Write the film of those shots."""
    random = np.random.default_rng(seed)
    with path.open("wb") as film:
        for shot in shots:
            film.write(_jpeg(_readable(random, shot)) * round(shot.seconds * RATE))
    return path


def _readable(random: np.random.Generator, shot: Shot) -> Image.Image:
    """A frame of the shot; of a label, one that another decoder can read at half the size.

    So the app's first look can, too: a busy machine gives it no time for many.
    """
    for _ in range(20):
        frame = _frame(random, shot)
        if shot.label is None or zxingcpp.read_barcodes(frame.reduce(2)):
            return frame
    raise ValueError(f"nobody can read a label with so much trouble: {shot}")


def _frame(random: np.random.Generator, shot: Shot) -> Image.Image:
    frame = wall(random)
    if shot.label is not None:
        picture = shot.label.picture
        if shot.covered:
            picture = covered(random, shot.label, shot.covered)
        pose = Pose((WIDTH / 2, HEIGHT / 2), shot.side, shot.turned, shot.tilted)
        frame = placed(frame, picture, shot.label.code, pose)
        module = shot.side / shot.label.modules
        if shot.blurred:
            frame = defocused(frame, shot.blurred * module)
        if shot.moved:
            frame = moved(frame, shot.moved * module, random.uniform(0, 180))
    pixels = exposed(random, frame, shot.light, 0.5 if shot.label else 0)
    return Image.fromarray(pixels.astype(np.uint8))


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=70)
    return file.getvalue()
