"""A feed in a .zip: read as it lies, refused where it is damaged or hostile, never unpacked."""

import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.feed.reading import archive
from service.operations.import_feed import FeedRefused, import_feed
from tests.feed.complete import COMPLETE, ROWS
from tests.feed.conftest import content

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

FILES = {f"{name}.csv": "".join(f"{row}\n" for row in rows) for name, rows in COMPLETE.items()}
Zip = Callable[[zipfile.ZipFile], None]


def zipped(path: Path, files: dict[str, str | bytes] = FILES, prefix: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(prefix + name, text)
    return path


def refused(engine: Engine, path: Path) -> list[str]:
    before = content(engine)
    with pytest.raises(FeedRefused) as error:
        import_feed(engine, path)
    assert content(engine) == before
    assert error.value.lines
    return error.value.lines


@pytest.mark.parametrize("prefix", ["", "feed/", "资料/"])
def test_files_lie_at_the_root_or_in_one_folder(
    engine: Engine, tmp_path: Path, prefix: str
) -> None:
    imported = import_feed(engine, zipped(tmp_path / "feed.zip", prefix=prefix))
    assert sum(count.new for count in imported.counts.values()) == ROWS
    assert imported.warnings == []


def test_what_is_no_file_of_a_feed_is_left_out_with_a_warning(
    engine: Engine, tmp_path: Path
) -> None:
    others = {
        "__MACOSX/feed/._points.csv": "x",
        "feed/readme.txt": "x",
        "feed/deep/points.csv": "x",
        "inner.zip": zipped(tmp_path / "inner.zip").read_bytes(),
    }
    files = {f"feed/{name}": text for name, text in FILES.items()} | others
    imported = import_feed(engine, zipped(tmp_path / "feed.zip", files))
    assert imported.warnings == [f"{name}: not a file of a feed, left out" for name in others]


def test_files_in_two_folders_are_refused(engine: Engine, tmp_path: Path) -> None:
    files = {f"a/{name}": text for name, text in FILES.items()} | {"b/points.csv": "x"}
    lines = refused(engine, zipped(tmp_path / "feed.zip", files))
    assert lines == ["feed.zip: holds files of a feed in more than one place: a, b"]


def test_files_at_the_root_and_in_a_folder_are_refused(engine: Engine, tmp_path: Path) -> None:
    lines = refused(engine, zipped(tmp_path / "feed.zip", FILES | {"b/points.csv": "x"}))
    assert lines == ["feed.zip: holds files of a feed in more than one place: b, its root"]


@pytest.mark.parametrize(
    "name",
    ["../points.csv", "/etc/points.csv", "a/../../points.csv", "..\\points.csv", "C:\\points.csv"],
)
def test_a_path_that_leads_out_is_refused(engine: Engine, tmp_path: Path, name: str) -> None:
    lines = refused(engine, zipped(tmp_path / "feed.zip", FILES | {name: "x"}))
    assert lines == [f"feed.zip: {name}: a path that leads out of the archive"]
    assert not (tmp_path.parent / "points.csv").exists()


def test_a_file_that_is_there_twice_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = zipped(tmp_path / "feed.zip")
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as made:
        made.writestr("points.csv", FILES["points.csv"])
    assert "points.csv: is in the archive twice" in refused(engine, path)


def test_a_link_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = zipped(tmp_path / "feed.zip", {n: t for n, t in FILES.items() if n != "holds.csv"})
    link = zipfile.ZipInfo("holds.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as made:
        made.writestr(link, "/etc/passwd")
    assert refused(engine, path) == ["holds.csv: is a link, not a file"]


def test_an_encrypted_file_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = zipped(tmp_path / "feed.zip")
    whole = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := whole.find(signature, at + 1)) >= 0:
            whole[at + place] |= 1
    path.write_bytes(whole)
    assert "points.csv: is encrypted" in refused(engine, path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_cannot_be_bounded_are_refused(
    engine: Engine, tmp_path: Path, method: int
) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w", method) as made:
        for name, text in FILES.items():
            made.writestr(name, text)
    assert "points.csv: is packed by a method other than deflate" in refused(engine, path)


@pytest.mark.parametrize("size", [0, 1, 100, 0.5, 0.95, -1])
def test_a_truncated_archive_is_refused(engine: Engine, tmp_path: Path, size: float) -> None:
    path = zipped(tmp_path / "feed.zip")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * size) if isinstance(size, float) else size])
    assert refused(engine, path) == ["feed.zip: neither a folder nor a whole .zip archive"]


@pytest.mark.parametrize("text", ["", "name,lat\n", "<html>", "PK\x03\x04"])
def test_what_is_no_archive_is_refused(engine: Engine, tmp_path: Path, text: str) -> None:
    path = tmp_path / "feed.zip"
    path.write_text(text)
    assert refused(engine, path) == ["feed.zip: neither a folder nor a whole .zip archive"]


def test_a_single_csv_is_no_feed(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text(FILES["points.csv"])
    assert refused(engine, path) == ["points.csv: neither a folder nor a whole .zip archive"]


def test_a_pipe_is_no_feed_and_nobody_waits_for_its_end(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    os.mkfifo(path)
    assert refused(engine, path) == ["feed.zip: neither a folder nor a whole .zip archive"]


def test_damaged_bytes_are_found_by_their_checksum(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
        for name, text in FILES.items():
            made.writestr(name, text)
    path.write_bytes(path.read_bytes().replace("白市驿镇".encode(), "白市驿城".encode()))
    lines = refused(engine, path)
    assert len(lines) == 1
    assert lines[0].startswith("towns.csv:")
    assert "the archive is damaged (Bad CRC-32" in lines[0]


def test_damaged_deflate_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = zipped(tmp_path / "feed.zip")
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as made:
        entry = made.getinfo("points.csv")
    start = entry.header_offset + 30 + len("points.csv")
    whole[start : start + entry.compress_size] = b"\xff" * entry.compress_size
    path.write_bytes(whole)
    assert any(line.startswith("points.csv: ") for line in refused(engine, path))


def test_a_lie_about_the_size_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = zipped(tmp_path / "feed.zip")
    whole = bytearray(path.read_bytes())
    at = whole.find(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(whole)
    assert any("feed_info.csv" in line for line in refused(engine, path))


def test_a_bomb_of_zeros_is_refused(engine: Engine, tmp_path: Path) -> None:
    files = FILES | {"points.csv": b"\0" * (64 << 20)}
    path = zipped(tmp_path / "feed.zip", files)
    assert path.stat().st_size < 200_000
    assert "points.csv:1: a line of more than 256 KiB" in refused(engine, path)


def test_a_bomb_of_rows_is_refused(engine: Engine, tmp_path: Path) -> None:
    files = FILES | {"holidays.csv": "date,kind\n" + "2026-02-17,holiday\n" * 2_000_000}
    lines = refused(engine, zipped(tmp_path / "feed.zip", files))
    assert any("unpacks to more than 150 times its size" in line for line in lines)


def test_a_bomb_of_everything_is_refused(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST_TOTAL", 1000)
    lines = refused(engine, zipped(tmp_path / "feed.zip"))
    assert any("the archive unpacks to more than" in line for line in lines)


def test_thousands_of_files_are_refused(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_ENTRIES", 30)
    files = FILES | {f"{number}.txt": "" for number in range(20)}
    lines = refused(engine, zipped(tmp_path / "feed.zip", files))
    assert lines == [f"feed.zip: holds {len(files)} files, more than 30"]


def test_an_empty_archive_misses_every_required_file(engine: Engine, tmp_path: Path) -> None:
    assert "points.csv: is missing" in refused(engine, zipped(tmp_path / "feed.zip", {}))


def test_an_archive_need_not_be_named_zip(engine: Engine, tmp_path: Path) -> None:
    assert import_feed(engine, zipped(tmp_path / "资料.bin")).changed


def test_bytes_before_the_archive_do_no_harm(engine: Engine, tmp_path: Path) -> None:
    path = zipped(tmp_path / "feed.zip")
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    assert import_feed(engine, path).changed


def test_nothing_is_unpacked_beside_it(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "alone"
    folder.mkdir()
    import_feed(engine, zipped(folder / "feed.zip"))
    assert [path.name for path in folder.iterdir()] == ["feed.zip"]


def test_a_zip64_archive_is_read(engine: Engine, tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in FILES.items():
            with made.open(name, "w", force_zip64=True) as file:
                file.write(text.encode())
    path = tmp_path / "feed.zip"
    path.write_bytes(whole.getvalue())
    assert import_feed(engine, path).changed
