"""A worksheet's or a text table's XML cut into blocks of whole elements."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from .xlsx_unusual import Malformed

_LONGEST = 64 << 20
"""Bytes of one row or text; no spreadsheet program writes a longer one."""
_HEAD = 4 << 20
_TAIL = 16 << 20


class Elements:
    """The ``inner`` elements of the one ``outer`` element of a part, in blocks of whole ones.

    Prefixes of names are taken off. ``head`` and ``tail`` are what stands before and after ``outer`` (the
    tail once all blocks are taken; at most 16 MB of it). Raises ``Malformed`` where something never ends.
    """

    def __init__(self, chunks: Iterator[bytes], outer: bytes, inner: bytes) -> None:
        self.head = self.tail = b""
        self._chunks, self._inner = chunks, inner
        self._outer = re.compile(rb"<(?:([A-Za-z_][\w.-]*:))?" + outer + rb"(?:\s[^<>]*?)?(/?)>")
        self._end = b"</" + outer + b">"

    def __iter__(self) -> Iterator[bytes]:
        opened = self._open()
        if opened is None:
            return
        rest, prefix = opened
        close, start = b"</" + self._inner + b">", b"<" + self._inner
        for chunk in itertools.chain([b""], self._chunks):
            rest = _bare(rest + chunk, prefix)
            stop = rest.find(self._end)
            if stop >= 0:
                if rest[:stop].strip():
                    yield rest[:stop]
                self._finish(rest[stop:], prefix)
                return
            cut = rest.rfind(close) + len(close)
            if cut < len(close):
                cut = max(rest.rfind(start), 0)  # only elements without contents, if any
            if cut:
                yield rest[:cut]
                rest = rest[cut:]
            if len(rest) > _LONGEST:
                raise Malformed(f"{start.decode()}> > {_LONGEST >> 20} MB")
        raise Malformed(f"{self._end.decode()} ?")

    def _open(self) -> tuple[bytes, bytes] | None:
        """(what follows the opening tag, prefix of names); None where ``outer`` is empty or not there."""
        for chunk in self._chunks:
            self.head += chunk
            if b"<!DOCTYPE" in self.head[:_HEAD]:
                raise Malformed("DOCTYPE")
            if self.head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in self.head[:64]:
                raise Malformed("UTF-16")
            if (found := self._outer.search(self.head)) is not None:
                rest, self.head = self.head[found.end() :], self.head[: found.start()]
                prefix = found[1] or b""
                self.head = _bare(self.head, prefix)
                if found[2]:
                    self._finish(rest, prefix)
                    return None
                return rest, prefix
            if len(self.head) > _HEAD:
                raise Malformed(f"{self._end.decode()} ?")
        return None

    def _finish(self, rest: bytes, prefix: bytes) -> None:
        kept = [rest]
        for chunk in self._chunks:
            if sum(map(len, kept)) < _TAIL:
                kept.append(chunk)
        self.tail = _bare(b"".join(kept), prefix)


def _bare(text: bytes, prefix: bytes) -> bytes:
    """Names without their prefix. A tag cut in two is mended when its other half has come."""
    if not prefix:
        return text
    return text.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
