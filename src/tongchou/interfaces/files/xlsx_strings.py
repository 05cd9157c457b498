"""The shared texts of a workbook as one array."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from .xlsx_cells import Shape, Unusual, decoded, pieces, read_tags, unescaped
from .xlsx_package import MAX_STRINGS, Package, broken
from .xlsx_rows import Elements
from .xlsx_unusual import Malformed, strings_of

_STRINGS = Shape((b"si", b"t"), (0, 1), (False, True))


def shared_strings(package: Package) -> pa.Array:
    """Every shared text by its index; empty where the workbook has none."""
    part = package.strings_part
    if not part:
        return pa.array([], pa.string())
    found = []
    try:
        for block in Elements(package.chunks(part, MAX_STRINGS), b"sst", b"si"):
            try:
                found.append(decoded(_plain(block)))
            except Unusual:
                found.append(decoded(pa.array(strings_of(block), pa.string())))
    except Malformed as error:
        raise broken(package.path, part, str(error)) from error
    if sum(array.nbytes for array in found) >= 2**31 - 1:
        found = [array.cast(pa.large_string()) for array in found]
    return pa.concat_arrays(found) if found else pa.array([], pa.string())


def _plain(block: bytes) -> pa.Array:
    """Texts without runs, notes or formats."""
    if b"<!" in block or b"<?" in block:
        raise Unusual
    data = np.frombuffer(block, np.uint8)
    tags = read_tags(data, _STRINGS)
    items = np.flatnonzero((tags.name == 0) & ~tags.closing)
    texts = np.flatnonzero((tags.name == 1) & ~tags.closing & ~tags.closed)
    owner = np.searchsorted(items, texts) - 1
    if np.any(np.diff(owner) == 0):
        raise Unusual
    value = pieces(data, tags.end[texts] + 1, tags.start[texts + 1] if len(texts) else texts)
    if b"&" in block:
        value = unescaped(value)
    if len(owner) == len(items):
        return value
    place = np.full(len(items), -1, np.int64)
    place[owner] = np.arange(len(owner))
    if len(value) == 0:
        return pa.array([""] * len(items), pa.string())
    return value.take(pa.array(np.maximum(place, 0), mask=place < 0)).fill_null("")
