"""PDF by Typst, with our fonts and nothing of the machine's."""

import functools
import json
from pathlib import Path
from typing import Any, Final

import typst

TEMPLATES: Final = Path(__file__).parent
FONTS: Final = TEMPLATES / "fonts"
FONT: Final = "NotoSansSC_400Regular.ttf"


class FontsMissingError(RuntimeError):
    """The fonts that a build copies into place are not there."""

    def __init__(self) -> None:
        super().__init__(
            f"{FONTS / FONT} is missing: scripts/run puts it there, as does "
            "`npm ci && npm run build` in the clone"
        )


def pdf(template: str, content: Any) -> bytes:
    """Return a template of this folder filled with JSON content; FontsMissingError.

    The same content gives the same bytes.
    """
    answer = typst.compile(
        TEMPLATES / template,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        timestamp=0,
    )
    if not isinstance(answer, bytes):
        raise TypeError(f"Typst gave {type(answer)}")
    return answer


@functools.cache
def _fonts() -> Any:
    """Return the fonts, read once a process."""
    if not (FONTS / FONT).exists():
        raise FontsMissingError
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
