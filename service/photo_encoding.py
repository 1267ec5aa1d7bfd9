"""Photos encoded anew: nothing of the file that came is kept but its picture."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from service.domain.failures import NotAPhoto

LONGEST_SIDE: Final = 1600
MOST_PIXELS: Final = 25_000_000
QUALITY: Final = 80


def encoded_anew(content: bytes) -> bytes:
    """Return a JPEG of the picture, upright, at most 1600 pixels a side, without any metadata.

    NotAPhoto for what is no JPEG, is cut short, or has more than 25 million pixels.
    """
    try:
        return _encoded(content)
    except NotAPhoto:
        raise
    except Exception as error:
        # A hostile file may trip the decoder anywhere, in its EXIF too, with any kind of error.
        raise NotAPhoto from error


def _encoded(content: bytes) -> bytes:
    with Image.open(BytesIO(content), formats=("JPEG",)) as picture:
        # What the header says, before anything is decoded.
        if picture.width * picture.height > MOST_PIXELS:
            raise NotAPhoto
        # The decoder itself makes a large picture smaller, so that it never stands in memory whole.
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # Profile, comment and EXIF would otherwise be written again.
    upright.info.clear()
    encoded = BytesIO()
    upright.save(encoded, "JPEG", quality=QUALITY, optimize=True)
    return encoded.getvalue()
