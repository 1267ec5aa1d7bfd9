"""Chance that falls the same way on every machine, and identifiers made from it."""

from random import Random

_METRES_A_DEGREE = 111_320.0


def stream(seed: int, *names: object) -> Random:
    """Return a source of chance of its own for what is named.

    Equal seeds and names give equal streams, whatever else is drawn elsewhere: a change to one
    route moves nothing on another.
    """
    return Random("/".join(str(name) for name in (seed, *names)))  # noqa: S311


def happens(chance: Random, probability: float) -> bool:
    """Return whether something of this probability happens this time."""
    return chance.random() < probability


def uuid7(epoch_ms: int, chance: Random) -> str:
    """Return a UUIDv7 (RFC 9562, section 5.7) of an instant in UTC milliseconds, in lower case."""
    version_and_random = 0x7000 | chance.getrandbits(12)
    variant_and_random = 0x8000000000000000 | chance.getrandbits(62)
    high, low = divmod(epoch_ms, 0x10000)
    tail = f"{variant_and_random:016x}"
    return f"{high:08x}-{low:04x}-{version_and_random:04x}-{tail[:4]}-{tail[4:]}"


def moved(
    lat: float, lon: float, *, north_m: float, east_m: float, lon_scale: float
) -> tuple[float, float]:
    """Return the position so many metres north and east, in degrees with 6 decimals (11 cm).

    `lon_scale` is the cosine of the latitude. Good to a metre within 10 km.
    """
    return (
        round(lat + north_m / _METRES_A_DEGREE, 6),
        round(lon + east_m / (_METRES_A_DEGREE * lon_scale), 6),
    )
