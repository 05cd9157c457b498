"""The law room: documents, dated values and schemes as data, and their one reader.

``load`` reads a tree; ``Law.scheme(area, name, known)`` gives frozen tables; ``compile`` makes them run. What is
named here is imported when it is asked for: the counter needs none of it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .findings import Finding, LawError, NoRule
    from .tree import Law, load, load_scheme_file, read_tree

__all__ = ["Finding", "Law", "LawError", "NoRule", "load", "load_scheme_file", "read_tree"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in ("Finding", "LawError", "NoRule"):
        from . import findings

        return getattr(findings, name)
    from . import tree

    return getattr(tree, name)
