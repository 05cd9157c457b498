"""Generated source as running code: plain Python at once, numba from a cache by content hash."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from copy import copy
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from ..cache import folder
from ..tables import Scheme
from .module import shape, source


class Kernel:
    """The running form of one scheme in one window: ``one``, ``fold``, ``fold_year`` and their columns."""

    def __init__(self, text: str, module: ModuleType | dict[str, Any]) -> None:
        get: Callable[[str], Any] = module.get if isinstance(module, dict) else vars(module).get
        self.text = text
        self.inputs: tuple[str, ...] = get("INPUTS")
        self.state: tuple[tuple[str, str, str], ...] = get("STATE")
        self.outputs: tuple[str, ...] = get("OUTPUTS")
        self.paid_by = tuple(o for o in self.outputs if o.startswith("paid_by_"))
        """Columns that split the person's part among payment sources; none: all of it is cash."""
        self.reasons: tuple[str, ...] = get("REASONS")
        self.warnings: tuple[str, ...] = get("WARNINGS")
        self.lead: tuple[Any, ...] = ()
        """What the folds take after ``lo, hi``: the numbers of the law, where the source has only its shape."""
        self.one: Any = get("one")
        self.fold: Any = get("fold")
        self.fold_year: Any = get("fold_year")


def plain(scheme: Scheme, start: int, end: int, traced: bool = False) -> Kernel:
    """The kernel as plain Python; no numba, no file. Give it ``int`` only."""
    text = source(scheme, start, end, traced)
    return _from_text(text)


@lru_cache(maxsize=256)
def _from_text(text: str) -> Kernel:
    space: dict[str, Any] = {}
    exec(compile(text, f"<kernel {digest(text)}>", "exec"), space)
    return Kernel(text, space)


def compiled(scheme: Scheme, start: int, end: int) -> Kernel:
    """The same source compiled by numba, cached on disk under its content hash."""
    return _compile(source(scheme, start, end))


@lru_cache(maxsize=64)
def _compile(text: str) -> Kernel:
    import numba

    path = _store(text)
    spec = importlib.util.spec_from_file_location(f"tongchou_kernel_{digest(text)}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # numba's cache finds the environment of a function by module name
    spec.loader.exec_module(module)
    for name in [n for n in vars(module) if n.startswith(("bands", "unbands", "value_", "best_"))]:
        setattr(module, name, numba.njit(inline="never")(getattr(module, name)))
    for name in ("fold", "fold_year"):
        setattr(module, name, numba.njit(nogil=True, cache=True)(getattr(module, name)))
    return Kernel(text, module)


def compiled_shape(scheme: Scheme, start: int, end: int) -> Kernel:
    """The source of the scheme's shape compiled by numba, with the scheme's own numbers (see ``shape``)."""
    import numpy as np

    text, values = shape(scheme, start, end)
    kernel = copy(_compile(text))
    kernel.lead = (np.array(values or (0,), np.int64),)
    return kernel


def plain_shape(scheme: Scheme, start: int, end: int) -> Kernel:
    """The same as plain Python."""
    text, values = shape(scheme, start, end)
    kernel = copy(_from_text(text))
    kernel.lead = (list(values),)
    return kernel


def digest(text: str) -> str:
    """Short content hash of a source."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def cache_folder() -> Path:
    """Where kernels are kept, below the user's cache folder."""
    kernels = folder() / "kernels"
    kernels.mkdir(parents=True, exist_ok=True)
    return kernels


def _store(text: str) -> Path:
    """Write the source once, whole or not at all; never rewrite (numba's cache looks at time and size)."""
    path = cache_folder() / f"kernel_{digest(text)}.py"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return path
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as f:
        f.write(text)
    os.replace(name, path)
    return path
