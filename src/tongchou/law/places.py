"""Where derived data is kept, and the files that it is derived from. Nothing here imports more than ``os``."""

from __future__ import annotations

import os

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DERIVED_FROM = (
    "law",
    "money",
    "rules",
    os.path.join("interfaces", "cli"),
    os.path.join("interfaces", "people"),
    os.path.join("interfaces", "wording"),
)
"""Folders whose law and code make the answer at the counter."""

Listing = tuple[tuple[str, int, int, int, int], ...]


def cache_folder() -> str:
    """Cache folder of the user: TONGCHOU_CACHE, else XDG's; a temporary one where that cannot be written."""
    wanted = os.environ.get("TONGCHOU_CACHE") or os.environ.get("XDG_CACHE_HOME")
    for base in (wanted or os.path.join(os.path.expanduser("~"), ".cache"), None):
        if base is not None and base.startswith("~"):  # no home is known
            continue
        if base is None:
            import tempfile

            base = os.path.join(tempfile.gettempdir(), f"cache-{os.getuid()}")
        place = os.path.join(base, "tongchou")
        try:
            os.makedirs(base, exist_ok=True)
            if not os.path.isdir(place):
                os.makedirs(place, mode=0o700, exist_ok=True)
            if os.access(place, os.W_OK):
                return place
        except OSError:
            continue
    import tempfile

    return tempfile.mkdtemp(prefix="tongchou-")


def listing() -> Listing:
    """Every law and code file behind an answer: path, size, times of content and of inode (ns), inode.

    An edit changes the time of the inode, also where size and time of content are set back. Raises OSError where
    the package does not lie in a folder.
    """
    found: list[tuple[str, int, int, int, int]] = []
    todo = [os.path.join(PACKAGE, part) for part in DERIVED_FROM]
    while todo:
        with os.scandir(todo.pop()) as entries:
            for entry in entries:
                if entry.name.endswith((".yaml", ".py")):
                    s = entry.stat()
                    found.append((entry.path, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino))
                elif entry.name != "__pycache__" and entry.is_dir():
                    todo.append(entry.path)
    return tuple(sorted(found))
