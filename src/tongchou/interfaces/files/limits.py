"""How much of a file is held at a time: from ``--memory``, from what the machine has free, and from the file."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from .refusal import FileRefused

_UNITS = {"": 1, "b": 1, "k": 10**3, "kb": 10**3, "kib": 2**10, "m": 10**6, "mb": 10**6, "mib": 2**20}
_UNITS |= {"g": 10**9, "gb": 10**9, "gib": 2**30, "t": 10**12, "tb": 10**12, "tib": 2**40}
MINIMUM = 512 * 2**20
"""Least ``--memory``: the program with its libraries takes about half of it."""
_OWN = 370 * 2**20
"""What the program with its libraries takes before it has read a row, its compiler included: the first run needs it."""
_THREAD = 160 * 2**20
"""What a thread takes that unpacks a row group and works on a block of it: with less room there are fewer threads."""
_ROW = 330
"""Bytes a row of a file takes at its peak where all of it is held, texts included."""
_WORKED = 1400
"""Bytes a row takes while its block or its bucket is worked on."""


@dataclass(frozen=True)
class Limits:
    """Sizes of the pieces a file is settled in. The tables that come out do not depend on them."""

    block_rows: int = 250_000
    """Rows read, checked and written at a time."""
    bucket_rows: int = 250_000
    """About how many rows of whole persons are settled at a time."""
    spill: bool = False
    """Whether pieces are laid on disk instead of being held."""
    workers: int = 1
    workspace: int = 2**30
    """Bytes of fixed-width keys that may be sorted at a time."""
    slow: float = 0.0
    """Seconds to rest after each piece; only tests that interrupt a run set it."""


def parse_size(text: str) -> int:
    """``1GiB``, ``512MiB``, ``2g`` … as bytes. Refused: ``memory_not_a_size``, ``memory_too_small``."""
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*", text)
    unit = match[2].lower() if match else "?"
    if match is None or unit not in _UNITS:
        raise FileRefused(
            "memory_not_a_size",
            f"--memory “{text}” 不是大小；请写成数字加单位，例如 512MiB、1GiB、4GB",
            f"--memory '{text}' is no size; write a number and a unit, such as 512MiB, 1GiB, 4GB",
        )
    size = int(float(match[1]) * _UNITS[unit])
    if size < MINIMUM:
        raise FileRefused(
            "memory_too_small",
            f"--memory {text} 太小：程序本身约需 {_OWN >> 20} MiB，最少 {MINIMUM >> 20}MiB；请改大，或去掉该选项",
            f"--memory {text} is too little: the program alone takes about {_OWN >> 20} MiB, the least is"
            f" {MINIMUM >> 20}MiB; give more, or leave the option out",
        )
    return size


def free_memory() -> int:
    """Bytes the machine (or the control group we are in) can still give."""
    free = 2 * 2**30
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                free = int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        most = Path("/sys/fs/cgroup/memory.max").read_text().strip()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text())
        if most != "max":
            free = min(free, int(most) - used)
    except (OSError, ValueError):
        pass
    return max(free, MINIMUM)


def limits_for(rows: int, row_bytes: int, memory: int | None, workers: int | None) -> Limits:
    """Limits for a file of about ``rows`` rows whose carried texts take ``row_bytes`` each.

    Without ``memory`` half of what is free may be used. What fits is held whole; what does not is spilled, in
    pieces small enough for every worker to have one, by no more workers than there is room for.
    """
    workers = workers or os.cpu_count() or 1
    room = memory if memory is not None else free_memory() // 2
    if rows * (_ROW + row_bytes) + _OWN + workers * 250_000 * _WORKED // 4 <= room:
        return Limits(workers=workers)
    workers = max(1, min(workers, (room - _OWN) // _THREAD))
    piece = max(4_000, min(250_000, (room - _OWN) // (workers * (_WORKED + 2 * row_bytes))))
    return Limits(piece, piece, True, workers, max(16 * 2**20, (room - _OWN) // 4))
