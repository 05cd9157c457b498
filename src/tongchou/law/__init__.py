"""The law room: documents, dated values and schemes as data, and their one reader.

``load`` reads a tree; ``Law.scheme(area, name, known)`` gives frozen tables; ``compile`` makes them run.
"""

from .findings import Finding, LawError, NoRule
from .tree import Law, load, load_scheme_file, read_tree

__all__ = ["Finding", "Law", "LawError", "NoRule", "load", "load_scheme_file", "read_tree"]
