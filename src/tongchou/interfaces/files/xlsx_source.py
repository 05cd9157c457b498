"""A worksheet whole, as a claims file opened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from .cell_faults import CellFault, joined
from .rejections import Rejections
from .source import Reading, SheetRead, Source
from .xlsxfile import Block, open_sheet


def read_xlsx(path: Path, reading: Reading) -> Source:
    """Read the one sheet with data, or the one named. Raises ``FileRefused`` as ``open_sheet`` does."""
    sheet = open_sheet(path, reading.sheet, reading.wanted)
    with sheet.package:
        blocks: list[Block] = []
        faults: list[CellFault] = []
        before = 0
        for block in sheet.blocks():
            for fault in block.faults:
                at = fault.rows + before
                faults.append(CellFault(fault.column, at, fault.values, fault.reason, fault.use, fault.detail))
            before += len(block.line)
            blocks.append(Block(block.columns, block.line, []))
    columns = {name: _joined([block.columns.pop(name) for block in blocks]) for name in sheet.names.values()}
    line = np.concatenate([np.zeros(0, np.int64), *(block.line for block in blocks)])
    read = SheetRead(sheet.part.name, tuple(sheet.names))
    return Source(str(path), "xlsx", columns, line, Rejections(before), joined(faults), sheet.notes, read)


def _joined(parts: list[pa.Array]) -> pa.Array:
    if sum(part.nbytes for part in parts) >= 2**31 - 1 or any(pa.types.is_large_string(p.type) for p in parts):
        parts = [part.cast(pa.large_string()) for part in parts]
    return pa.concat_arrays(parts) if parts else pa.array([], pa.string())
