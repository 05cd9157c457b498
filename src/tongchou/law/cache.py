"""Parsed law kept by content hash, so that one question does not parse every file again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import msgspec

from .documents import Document, Parameter
from .tables import Catalogue, Scheme


class Stored(msgspec.Struct):
    """What a law tree holds, as it is kept."""

    version: str
    documents: dict[str, Document]
    areas: dict[str, tuple[str, str, str, str, str]]
    schemes: list[Scheme]
    parameters: list[Parameter]
    catalogues: dict[str, tuple[Catalogue, ...]]


def folder() -> Path:
    """Cache folder of the user: TONGCHOU_CACHE, else XDG's; a temporary one where that cannot be written."""
    wanted = os.environ.get("TONGCHOU_CACHE") or os.environ.get("XDG_CACHE_HOME")
    for base in (
        Path(wanted) if wanted else Path.home() / ".cache",
        Path(tempfile.gettempdir()) / f"cache-{os.getuid()}",
    ):
        place = base / "tongchou"
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            if os.access(place, os.W_OK):
                return place
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="tongchou-"))


def code_stamp() -> str:
    """Changes with the reader itself, so that law parsed by another version of it is not taken."""
    own = Path(__file__).parent
    parts = [f"{p.name}:{s.st_size}:{s.st_mtime_ns}" for p in sorted(own.glob("*.py")) for s in [p.stat()]]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def fetch(version: str) -> Stored | None:
    """The parsed tree of a content hash, or None."""
    path = folder() / f"law-{version}-{code_stamp()}.msgpack"
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Stored)
    except (OSError, msgspec.MsgspecError):
        return None


def keep(stored: Stored) -> None:
    """Keep a parsed tree; written whole or not at all, and never required."""
    path = folder() / f"law-{stored.version}-{code_stamp()}.msgpack"
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as f:
            f.write(msgspec.msgpack.encode(stored))
        os.replace(name, path)
    except OSError:
        return
