"""QR codes as one vector path: no pixels to blur, no seams between modules."""

from typing import Final

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_Q

QUIET_ZONE: Final = 4
# Up to this version (41 modules a side) a label has room for the highest error correction.
HIGHEST_WITH_H: Final = 6

Modules = list[list[bool]]


def modules(text: str) -> Modules:
    """Return the modules of a text, dark ones True, rows from the top, without a quiet zone.

    With error correction H, which bears 30 % of damage; a text too long for a code of moderate size
    gets Q (25 %).
    """
    code = _made(text, ERROR_CORRECT_H)
    if code.version > HIGHEST_WITH_H:
        code = _made(text, ERROR_CORRECT_Q)
    return [[bool(module) for module in row] for row in code.modules]


def _made(text: str, error_correction: int) -> QRCode:
    code = QRCode(error_correction=error_correction, border=0)
    # Not split into pieces of other modes: all of an address fits the alphanumeric one.
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return code


def svg(dark: Modules) -> str:
    """Return an SVG of the modules within their quiet zone of 4, a module a unit, one path."""
    side = len(dark) + 2 * QUIET_ZONE
    path = "".join(
        f"M{start + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z"
        for y, row in enumerate(dark)
        for start, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path d="{path}"/></svg>'
    )


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return (start, length) of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = runs[-1][0], runs[-1][1] + 1
        else:
            runs.append((x, 1))
    return runs
