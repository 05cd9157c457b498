"""In which encoding a text file is written: its mark, else strict UTF-8, else strict GB18030 (which holds GBK)."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from .cell_faults import Note
from .refusal import FileRefused

Encoding = Literal["utf-8", "gb18030", "utf-16"]
ENCODINGS: dict[str, Encoding] = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "utf-16": "utf-16",
}
"""Names that ``--encoding`` takes."""
_CHUNK = 1 << 22
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Found:
    """A file's encoding; ``forced`` where it was named and not found."""

    name: Encoding
    forced: bool = False

    def notes(self) -> list[Note]:
        """What the summary says of it; nothing of plain UTF-8."""
        if self.name == "utf-8":
            return []
        how = ("按 --encoding", "as --encoding says") if self.forced else ("自动识别", "found by its bytes")
        shown = "GB18030（GBK）" if self.name == "gb18030" else "UTF-16"
        return [Note(f"文件编码：{shown}，{how[0]}。", f"Encoding: {self.name.upper()}, {how[1]}.")]


def find_encoding(path: Path, forced: Encoding | None = None) -> Found:
    """The encoding of a text file, looked through to its end.

    Raises ``FileRefused``: ``file_unreadable``, ``file_not_utf8`` (neither of the three),
    ``wrong_encoding`` (not in the one named).
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
            marked: Encoding | None = "utf-16" if head.startswith(_UTF16) else None
            if forced is not None:
                if (line := _first_bad(file, forced)) is not None:
                    raise _wrong(path, forced, line, marked)
                return Found(forced, True)
            if marked is not None:
                if (line := _first_bad(file, marked)) is not None:
                    raise _wrong(path, marked, line, marked)
                return Found(marked)
            bad = _first_bad(file, "utf-8")
            if bad is None:
                return Found("utf-8")
            if head.startswith(codecs.BOM_UTF8):
                raise _neither(path, bad)
            if (other := _first_bad(file, "gb18030")) is None:
                return Found("gb18030")
            raise _neither(path, bad, other)
    except OSError as error:
        raise FileRefused(
            "file_unreadable",
            f"无法读取文件 {path}：{error.strerror}；请核对路径与权限",
            f"{path} cannot be read: {error.strerror}; check the path and the rights on it",
        ) from error


def _first_bad(file: BinaryIO, encoding: Encoding) -> int | None:
    """The first line with bytes that are none of the encoding; None where there is none."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = 1
    while True:
        chunk = file.read(_CHUNK)
        if encoding == "utf-8" and chunk.isascii() and decoder.getstate()[0] == b"":
            lines += chunk.count(b"\n")
            if not chunk:
                return None
            continue
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return lines + chunk.count(b"\n", 0, max(error.start - held, 0))
        except UnicodeError:  # UTF-16 without its mark
            return lines
        lines += chunk.count(b"\n")
        if not chunk:
            return None


def _neither(path: Path, line: int, gb: int | None = None) -> FileRefused:
    also, also_en = "", ""
    if gb is not None:
        also, also_en = f"，第 {gb} 行也不是 GB18030（GBK）", f" and not GB18030 (GBK) at line {gb}"
    return FileRefused(
        "file_not_utf8",
        f"文件 {path} 第 {line} 行不是 UTF-8{also}；请在 Excel 中另存为“CSV UTF-8”，或用 --encoding 指明编码",
        f"{path} is not UTF-8 at line {line}{also_en}; save it as 'CSV UTF-8' or name its encoding with --encoding",
    )


def _wrong(path: Path, encoding: Encoding, line: int, marked: Encoding | None) -> FileRefused:
    hint = ("；文件开头的标记是 UTF-16", "; its mark says UTF-16") if marked and marked != encoding else ("", "")
    return FileRefused(
        "wrong_encoding",
        f"文件 {path} 第 {line} 行不是 {encoding.upper()}{hint[0]}；请改正 --encoding，或去掉该选项以自动识别",
        f"{path} is not {encoding.upper()} at line {line}{hint[1]}; correct --encoding or leave it out",
    )


class AsUtf8(io.RawIOBase):
    """A file of another encoding read as UTF-8 bytes, piece by piece."""

    def __init__(self, file: BinaryIO, encoding: Encoding) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        while not self._ready:
            chunk = self._file.read(_CHUNK)
            self._ready = self._decoder.decode(chunk, final=not chunk).encode("utf-8", "replace")
            if not chunk:
                break
        n = min(len(view), len(self._ready))
        view[:n], self._ready = self._ready[:n], self._ready[n:]
        return n


def as_utf8(file: BinaryIO, encoding: Encoding) -> BinaryIO:
    """The file's text in UTF-8."""
    return file if encoding == "utf-8" else io.BufferedReader(AsUtf8(file, encoding), _CHUNK)
