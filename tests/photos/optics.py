"""How a picture gets onto the sensor: from which side, how sharp, how bright, how grainy."""

import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.float32]
FINER = 2  # a frame is sampled at that many times its width and height, then averaged


@dataclass(frozen=True)
class Pose:
    """How a label is held: where its code's middle is (pixels), how large, turned and tilted."""

    middle: tuple[float, float]
    side: float  # of the code, in pixels
    turned: float = 0.0  # degrees, in the picture
    tilted: float = 0.0  # degrees, away from the viewer
    axis: float = 0.0  # degrees: the line about which it is tilted
    curved: float = 0.0  # degrees from the middle of a round post to the code's edge


def placed(frame: Pixels, label: Image.Image, code: tuple[int, int, int], pose: Pose) -> Pixels:
    """Return the frame with the label's picture in it; `code` is where the code is in the label."""
    height, width = frame.shape[:2]
    reach = pose.side * 1.1
    left, right = (int(np.clip(pose.middle[0] + way * reach, 0, width)) for way in (-1, 1))
    top, bottom = (int(np.clip(pose.middle[1] + way * reach, 0, height)) for way in (-1, 1))
    x = (np.arange(left * FINER, right * FINER, dtype=np.float32) + 0.5) / FINER - pose.middle[0]
    y = (np.arange(top * FINER, bottom * FINER, dtype=np.float32) + 0.5) / FINER - pose.middle[1]
    across, down = _on_the_label(*np.meshgrid(x / pose.side, y / pose.side), pose)
    # Averaged here already, so that a pixel of the label's picture is not much finer than ours.
    shrunk = max(1, round(code[2] / (pose.side * FINER)))
    picture = np.asarray(label.convert("L").reduce(shrunk), np.float32)
    scale = code[2] / shrunk
    values, inside = _sampled(
        picture,
        across * scale + (code[0] + code[2] / 2) / shrunk,
        down * scale + (code[1] + code[2] / 2) / shrunk,
    )
    colours = np.repeat(frame[top:bottom, left:right], FINER, 0).repeat(FINER, 1)
    mixed = np.where(inside[:, :, None], values[:, :, None] * np.float32(0.92), colours)
    result = frame.copy()
    tall, wide = bottom - top, right - left
    result[top:bottom, left:right] = mixed.reshape(tall, FINER, wide, FINER, 3).mean(axis=(1, 3))
    return result


def _on_the_label(x: Pixels, y: Pixels, pose: Pose) -> tuple[Pixels, Pixels]:
    """Return which place of the label (its code's side being 1) is seen at x, y of the picture."""
    along, off = _rotated(x, y, pose.axis)
    # A ray through (along, off, 1) meets the plane tilted about `axis`, 2.5 sides away.
    far, tilted = 2.5, math.radians(pose.tilted)
    ground = math.cos(tilted) - off * (math.sin(tilted) / far)
    ground[ground < 0.05] = np.nan
    down = off / ground
    along *= 1 + down * (math.sin(tilted) / far)
    across, down = _rotated(along, down, pose.turned - pose.axis)
    if pose.curved:
        bend = math.radians(pose.curved)
        radius = 0.5 / math.sin(bend)
        with np.errstate(invalid="ignore"):
            across = np.arcsin(across / radius) / (2 * bend)
    return across, down


def _rotated(x: Pixels, y: Pixels, degrees: float) -> tuple[Pixels, Pixels]:
    """Return how far x, y are along a line at that angle, and off it."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return x * cos + y * sin, y * cos - x * sin


def _sampled(picture: Pixels, x: Pixels, y: Pixels) -> tuple[Pixels, NDArray[np.bool_]]:
    height, width = picture.shape
    with np.errstate(invalid="ignore"):
        inside = (x >= 0) & (y >= 0) & (x < width - 1) & (y < height - 1)
    x[~inside] = y[~inside] = 0
    left, top = x.astype(np.int32), y.astype(np.int32)
    dx, dy = x - left.astype(np.float32), y - top.astype(np.float32)
    flat, first = picture.ravel(), top * width + left
    upper = flat[first] * (1 - dx) + flat[first + 1] * dx
    lower = flat[first + width] * (1 - dx) + flat[first + width + 1] * dx
    return upper * (1 - dy) + lower * dy, inside


def moved(frame: Pixels, length: float, angle: float) -> Pixels:
    """The camera moved by `length` pixels while the shutter was open."""
    steps = max(2, int(length * 2))
    way = np.linspace(-0.5, 0.5, steps) * length
    return _spread(frame, way * np.cos(np.radians(angle)), way * np.sin(np.radians(angle)))


def defocused(frame: Pixels, radius: float) -> Pixels:
    """Every point becomes a disc of `radius` pixels."""
    reach = np.arange(-np.ceil(radius), np.ceil(radius) + 0.5, 0.5)
    x, y = (each.ravel() for each in np.meshgrid(reach, reach))
    disc = x * x + y * y <= radius * radius
    return _spread(frame, x[disc], y[disc])


def _spread(frame: Pixels, x: NDArray[np.floating], y: NDArray[np.floating]) -> Pixels:
    """Average of the frame shifted by each (x, y), worked out as one multiplication of spectra."""
    height, width = frame.shape[:2]
    down = np.exp(-2j * np.pi * np.outer(np.fft.fftfreq(height), y))
    across = np.exp(-2j * np.pi * np.outer(x, np.fft.rfftfreq(width)))
    turn = (down.astype(np.complex64) @ across.astype(np.complex64)) / len(x)
    spectrum = np.fft.rfft2(frame, axes=(0, 1)) * turn[:, :, None]
    spread = np.fft.irfft2(spectrum, (height, width), axes=(0, 1))
    return np.clip(spread, 0, 255).astype(np.float32)


def exposed(random: Generator, frame: Pixels, light: float, grain: float = 1.0) -> Pixels:
    """With `light` of the usual light: shot and read noise, then the sensor's gain up to 8."""
    photons = frame * light
    noise = np.sqrt(np.maximum(photons, 0) * 0.12 + 1.2) * grain
    seen = photons + random.standard_normal(frame.shape, np.float32) * noise
    gain = min(8.0, max(1.0, 0.5 / light))
    return np.clip(np.round(seen) * gain, 0, 255).astype(np.float32)


def compressed(frame: Pixels, quality: int) -> Image.Image:
    """Return the frame as the camera's video gives it."""
    file = io.BytesIO()
    Image.fromarray(frame.astype(np.uint8)).save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")
