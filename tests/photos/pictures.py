"""Photos of labels under all sorts of trouble, in four degrees each, and photos without a label.

Everything follows from a seed. A degree is meant so: 1 reads nearly always, 4 hardly ever. What is
measured on these is docs/performance.md's business; what may never be read, the tests'.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from numpy.random import Generator
from PIL import Image

from tests.photos import nothing
from tests.photos.labels import HOST, Label, drawn_label, new_token
from tests.photos.optics import Pixels, Pose, compressed, defocused, exposed, moved, placed
from tests.photos.walls import HEIGHT, WIDTH, notices, wall
from tests.photos.wear import covered, faded, glaring, scratched, shaded, soiled

DEGREES = (1, 2, 3, 4)


@dataclass(frozen=True)
class Photo:
    name: str
    kind: str
    degree: int
    image: Image.Image
    text: str | None = None  # of the label that is there


@dataclass
class Scene:
    """A label before a wall, as each kind of trouble changes it."""

    random: Generator
    label: Label
    pose: Pose
    picture: Image.Image
    after: list[Callable[[Pixels], Pixels]]
    light: float = 1.0
    grain: float = 1.0
    quality: int = 85

    @property
    def module(self) -> float:
        return self.pose.side / self.label.modules


def _turned(scene: Scene, degree: int) -> None:
    turned, tilted = scene.random.uniform(0, 360), (0, 10, 20, 35)[degree - 1]
    scene.pose = replace(scene.pose, turned=turned, tilted=tilted)


def _tilted(scene: Scene, degree: int) -> None:
    axis, tilted = scene.random.uniform(0, 360), (30, 45, 57, 66)[degree - 1]
    scene.pose = replace(scene.pose, tilted=tilted, axis=axis)


def _moved(scene: Scene, degree: int) -> None:
    length, angle = (0.7, 1.1, 1.5, 2.0)[degree - 1] * scene.module, scene.random.uniform(0, 180)
    scene.after.append(lambda frame: moved(frame, length, angle))


def _defocused(scene: Scene, degree: int) -> None:
    radius = (0.45, 0.7, 0.85, 1.05)[degree - 1] * scene.module
    scene.after.append(lambda frame: defocused(frame, radius))


def _dim(scene: Scene, degree: int) -> None:
    scene.light = (0.12, 0.03, 0.012, 0.007)[degree - 1]


def _glaring(scene: Scene, degree: int) -> None:
    radius = (0.3, 0.42, 0.55, 0.7)[degree - 1] * scene.pose.side
    scene.after.append(lambda frame: glaring(scene.random, frame, scene.pose.middle, radius))


def _covered(scene: Scene, degree: int) -> None:
    scene.picture = covered(scene.random, scene.label, (0.05, 0.09, 0.14, 0.2)[degree - 1])


def _soiled(scene: Scene, degree: int) -> None:
    scene.picture = soiled(scene.random, scene.label, (0.03, 0.07, 0.13, 0.2)[degree - 1])


def _scratched(scene: Scene, degree: int) -> None:
    scene.picture = scratched(scene.random, scene.label, (2, 5, 9, 16)[degree - 1])


def _small(scene: Scene, degree: int) -> None:
    module = (2.4, 1.8, 1.45, 1.2)[degree - 1]
    scene.pose = replace(scene.pose, side=module * scene.label.modules)


def _faded(scene: Scene, degree: int) -> None:
    scene.picture = faded(scene.label, (0.3, 0.12, 0.07, 0.045)[degree - 1])


def _compressed(scene: Scene, degree: int) -> None:
    scene.quality = (20, 8, 4, 1)[degree - 1]
    scene.pose = replace(scene.pose, side=scene.pose.side * 0.35)


def _curved(scene: Scene, degree: int) -> None:
    scene.pose = replace(scene.pose, curved=(35, 48, 56, 64)[degree - 1])


def _shaded(scene: Scene, degree: int) -> None:
    dark, grain = (0.65, 0.5, 0.38, 0.28)[degree - 1], int(scene.random.integers(50, 150))
    scene.after.append(lambda frame: shaded(scene.random, frame, dark, grain))


def _everything(scene: Scene, degree: int) -> None:
    """A hasty scan at dusk: a little of most."""
    _tilted(scene, 1)
    scene.pose = replace(scene.pose, tilted=8 + 6 * degree, turned=scene.random.uniform(0, 360))
    scene.picture = soiled(scene.random, scene.label, 0.015 * degree)
    scene.light = (0.3, 0.15, 0.08, 0.05)[degree - 1]
    length = (0.3, 0.5, 0.7, 0.9)[degree - 1] * scene.module
    scene.after.append(lambda frame: moved(frame, length, scene.random.uniform(0, 180)))
    scene.quality = 60


KINDS: dict[str, Callable[[Scene, int], None]] = {
    "turned": _turned,
    "tilted": _tilted,
    "moved": _moved,
    "out of focus": _defocused,
    "dim": _dim,
    "glare": _glaring,
    "covered": _covered,
    "soiled": _soiled,
    "scratched": _scratched,
    "small": _small,
    "faded": _faded,
    "compressed": _compressed,
    "curved": _curved,
    "shadows": _shaded,
    "everything": _everything,
}


def label_photos(
    seed: int, each: int = 1, make: Callable[[str], Label] = drawn_label
) -> Iterator[Photo]:
    """Yield `each` photos of every kind and degree; `make` gives the label that bears a text."""
    for kind in KINDS:
        for degree in DEGREES:
            for number in range(each):
                yield label_photo(kind, degree, f"{seed}/{number}", make)


def label_photo(
    kind: str, degree: int, seed: str, make: Callable[[str], Label] = drawn_label
) -> Photo:
    """Return the one photo that this kind, degree and seed make."""
    name = f"{kind} {degree} {seed}"
    label = make(f"HTTPS://{HOST}/P/{new_token(Random(name))}")
    random = np.random.default_rng(list(name.encode()))
    side = random.uniform(190, 300)
    middle = (
        WIDTH / 2 + random.uniform(-0.5, 0.5) * (WIDTH - 2 * side),
        HEIGHT / 2 + random.uniform(-0.5, 0.5) * max(0, HEIGHT - 2 * side),
    )
    scene = Scene(random, label, Pose(middle, side, random.uniform(-12, 12)), label.picture, [])
    KINDS[kind](scene, degree)
    return Photo(name, kind, degree, _taken(scene), label.text)


def _taken(scene: Scene) -> Image.Image:
    frame = wall(scene.random)
    if scene.random.random() < 0.3:
        frame = notices(scene.random, frame, 2)
    frame = placed(frame, scene.picture, scene.label.code, scene.pose)
    for change in scene.after:
        frame = change(frame)
    return compressed(exposed(scene.random, frame, scene.light, scene.grain), scene.quality)


def empty_photos(seed: int, each: int = 1) -> Iterator[Photo]:
    """Yield `each` photos of every sight in which no label is."""
    for kind, draw in nothing.SIGHTS.items():
        for number in range(each):
            name = f"{kind} {seed}/{number}"
            random = np.random.default_rng(list(name.encode()))
            frame = draw(random, wall(random))
            if random.random() < 0.3:
                frame = moved(frame, random.uniform(2, 8), random.uniform(0, 180))
            light = random.choice((1.0, 0.3, 0.06))
            yield Photo(name, kind, 0, compressed(exposed(random, frame, light), 75))
