"""Claims files: read into typed columns, and what could not be taken written out with its reason.

The names below load NumPy and pyarrow when first used; ``tongchou.interfaces.files.columns`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .claims import Claims, read_claims
    from .mapping import Mapping
    from .mapping_load import load_mapping
    from .refusal import FileRefused
    from .rejections import Rejections
    from .write import write_rejected

__all__ = [
    "Claims",
    "FileRefused",
    "Mapping",
    "Rejections",
    "load_mapping",
    "read_claims",
    "write_rejected",
]

_HOME = {
    "Claims": "claims",
    "FileRefused": "refusal",
    "Mapping": "mapping",
    "Rejections": "rejections",
    "load_mapping": "mapping_load",
    "read_claims": "claims",
    "write_rejected": "write",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
