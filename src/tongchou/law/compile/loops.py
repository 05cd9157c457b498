"""Loops over columns compiled by numba from the plain functions they call, cached on disk under their content hash.

numba's own cache looks at one file; a loop made of functions of several modules would be taken from it although one
of them has changed. So their sources are put together in one module named by its content.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from .load import _store, digest


@cache
def compiled_loop(
    loops: tuple[Callable[..., Any], ...],
    parts: tuple[Callable[..., Any], ...],
    constants: tuple[tuple[str, int], ...],
) -> Any:
    """A module with ``loops`` compiled to run without the interpreter's lock; kept, for it reads their sources.

    ``parts``: the plain functions they call, callees first; ``constants``: the module constants they read.
    """
    import numba

    head = ["from __future__ import annotations", *(f"{name} = {value}" for name, value in constants)]
    text = "\n\n".join([*head, *(inspect.getsource(f) for f in (*parts, *loops))])
    path = _store(text)
    spec = importlib.util.spec_from_file_location(f"tongchou_loop_{digest(text)}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # numba's cache finds the environment of a function by module name
    spec.loader.exec_module(module)
    for name in (f.__name__ for f in parts):
        setattr(module, name, numba.njit(inline="always")(getattr(module, name)))  # a call costs more than they do
    for name in (f.__name__ for f in loops):
        setattr(module, name, numba.njit(nogil=True, cache=True, error_model="numpy")(getattr(module, name)))
    return module
