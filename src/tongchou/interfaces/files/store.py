"""Where pieces of a run wait for the next step: in memory, or in files of a work folder, each whole or not there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa


class Store(Protocol):
    """Named lists of record batches (one schema a name)."""

    def put(self, name: str, batches: Sequence[pa.RecordBatch]) -> None:
        """Keep batches under a name; none of them can be seen before all are there."""

    def get(self, name: str, at: int = 0) -> pa.RecordBatch:
        """One batch."""

    def drop(self, name: str) -> None:
        """Forget a name."""


class Held:
    """Pieces held in memory."""

    def __init__(self) -> None:
        self._pieces: dict[str, Sequence[pa.RecordBatch]] = {}

    def put(self, name: str, batches: Sequence[pa.RecordBatch]) -> None:
        """Keep batches under a name."""
        self._pieces[name] = batches

    def get(self, name: str, at: int = 0) -> pa.RecordBatch:
        """One batch."""
        return self._pieces[name][at]

    def drop(self, name: str) -> None:
        """Forget a name."""
        self._pieces.pop(name, None)


class Spilled:
    """Pieces in files: written beside and renamed, read with plain reads (mapped pages would count as memory)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / (name.replace("/", "-") + ".arrow")

    def put(self, name: str, batches: Sequence[pa.RecordBatch]) -> None:
        """Write batches into a file of their own."""
        path = self._path(name)
        draft = path.with_suffix(".part")
        with pa.OSFile(str(draft), "wb") as file, pa.ipc.new_file(file, batches[0].schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
        os.replace(draft, path)

    def get(self, name: str, at: int = 0) -> pa.RecordBatch:
        """Read one batch of a file, and nothing else of it."""
        with pa.OSFile(str(self._path(name)), "rb") as file:
            return pa.ipc.open_file(file).get_batch(at)

    def drop(self, name: str) -> None:
        """Remove a file."""
        self._path(name).unlink(missing_ok=True)
