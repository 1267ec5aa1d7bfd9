"""Files that are still there after a power cut."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Return when a file's bytes, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
