"""The command ``tongchou``. A visit at the counter is answered at once where it can be; all else is in ``commands``."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .commands import root as root

__all__ = ["main", "root"]


def main() -> object:
    """Entry point: one clear sentence on stderr and exit 1 for what is refused, 2 for wrong arguments."""
    if sys.argv[1:3] == ["quote", "visit"]:
        from .quick import answered

        try:
            if answered(sys.argv[3:]):
                return None
        except BrokenPipeError:
            sys.exit(1)
    from .commands import run

    return run()


def __getattr__(name: str) -> object:
    if name != "root":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .commands import root

    return root
