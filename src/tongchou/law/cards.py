"""Cards: what the counter needs of one scheme on days of unchanging law, kept ready between two questions.

A card is derived data only: without it the same is worked out from the law tree. It names every file it was made
from; one that changed makes it worthless. A card that is damaged, of another Python or not of this user alone is
passed over and written anew.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import time

from .places import PACKAGE, Listing, cache_folder, listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HEAD = f"tongchou card 1 {sys.version} {marshal.version}\n".encode()
"""Python's own form of data and code changes with its version."""
SETTLED_NS = 2_000_000_000
"""A file younger than this may still change within one tick of the file system's clock."""
MOST = 256
"""Cards kept; the oldest go."""


def _stem(area: str, scheme: str, known: int | None) -> str | None:
    """First part of the file names of a scheme's cards; None for what is no code and name."""
    words = (area, scheme.replace("_", ""))
    if not all(w.isascii() and w.isalnum() for w in words):
        return None
    home = hashlib.sha256(PACKAGE.encode()).hexdigest()[:8]
    return f"{home}.{area}.{scheme}.{'now' if known is None else known}."


def _days(name: str, stem: str) -> tuple[int, int] | None:
    """The days [start, end) that a card's file name says; None for another file."""
    if not name.startswith(stem) or not name.endswith(".card"):
        return None
    start, _, end = name[len(stem) : -5].partition("-")
    return (int(start), int(end)) if start.isdecimal() and end.isdecimal() else None


def _folder() -> str:
    return os.path.join(cache_folder(), "cards")


def fetch(area: str, scheme: str, known: int | None, day: int) -> Any:
    """What a card holds for the scheme on the day, or None."""
    stem = _stem(area, scheme, known)
    if stem is None:
        return None
    try:
        names = os.listdir(_folder())
    except OSError:
        return None
    for name in names:
        days = _days(name, stem)
        if days is not None and days[0] <= day < days[1]:
            held = _read(os.path.join(_folder(), name))
            if held is not None:
                return held
    return None


def _read(path: str) -> Any:
    """The content of a card that is whole, this user's own and made from the files as they are; else None."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with open(handle, "rb") as f:
            about = os.fstat(handle)
            if about.st_uid != os.geteuid() or about.st_mode & 0o077:
                return None
            data = f.read()
        body = data[len(HEAD) + 32 :]
        if not data.startswith(HEAD) or hashlib.sha256(body).digest() != data[len(HEAD) : len(HEAD) + 32]:
            return None
        made_from, held = marshal.loads(body)
        return held if made_from == listing() else None
    except (OSError, ValueError, EOFError, TypeError):
        return None


def sources() -> Listing | None:
    """The files behind an answer, before it is worked out; None where one may still change without its time."""
    try:
        found = listing()
    except OSError:
        return None
    youngest = max(max(changed, touched) for _, _, changed, touched, _ in found)
    return found if time.time_ns() - youngest > SETTLED_NS else None


def keep(area: str, scheme: str, known: int | None, days: tuple[int, int], before: Listing | None, held: Any) -> None:
    """Keep a card made from the files ``before``; written whole or not at all, and never required."""
    stem = _stem(area, scheme, known)
    if stem is None or before is None or before != sources():
        return
    import tempfile

    folder = _folder()
    body = marshal.dumps((before, held))
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        _clear(folder, stem, days)
        handle, part = tempfile.mkstemp(dir=folder, suffix=".part")  # 0600
        try:
            with os.fdopen(handle, "wb") as f:
                f.write(HEAD + hashlib.sha256(body).digest() + body)
            os.replace(part, os.path.join(folder, f"{stem}{days[0]}-{days[1]}.card"))
        except OSError:
            os.unlink(part)
    except OSError:
        return


def _clear(folder: str, stem: str, days: tuple[int, int]) -> None:
    """Remove cards that the new one replaces, and the oldest where there are too many."""
    with os.scandir(folder) as entries:
        cards = sorted((e.stat().st_mtime_ns, e.name) for e in entries if e.name.endswith((".card", ".part")))
    for k, (_, name) in enumerate(cards):
        old = _days(name, stem)
        if (old is not None and old[0] < days[1] and days[0] < old[1]) or k < len(cards) - MOST:
            os.unlink(os.path.join(folder, name))
