"""Parsed law kept by content hash, so that one question does not parse every file again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import msgspec

from .documents import Document, Parameter
from .places import cache_folder
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
    """Cache folder of the user."""
    return Path(cache_folder())


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
