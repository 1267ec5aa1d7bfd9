"""Sets of numbers as sorted ranges that do not touch: `[(1, 412), (414, 414)]`, ends included."""

from collections.abc import Iterable, Sequence

Range = tuple[int, int]


def with_numbers(ranges: Sequence[Range], numbers: Iterable[int]) -> list[Range]:
    """Return the ranges with the numbers added."""
    merged: list[Range] = []
    for first, last in sorted([*ranges, *((number, number) for number in numbers)]):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def missing_up_to(ranges: Sequence[Range], highest: int) -> list[Range]:
    """Return the ranges of the numbers from 1 to `highest` that are in none of the given ones."""
    gaps = []
    expected = 1
    for first, last in ranges:
        if first > highest:
            break
        if first > expected:
            gaps.append((expected, first - 1))
        expected = last + 1
    if expected <= highest:
        gaps.append((expected, highest))
    return gaps


def how_many(ranges: Iterable[Range]) -> int:
    """Return how many numbers are in ranges that do not touch."""
    return sum(last - first + 1 for first, last in ranges)
