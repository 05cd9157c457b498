"""The command ``tongchou``. One person's question is answered at once where it can be; all else is in ``commands``."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .commands import root as root

__all__ = ["main", "root"]


def main() -> object:
    """Entry point: one clear sentence on stderr and exit 1 for what is refused, 2 for wrong arguments."""
    if sys.argv[1:2] == ["quote"] and len(sys.argv) > 2:
        try:
            if _at_once(sys.argv[2], sys.argv[3:]):
                return None
        except BrokenPipeError:
            sys.exit(1)
    from .commands import run

    return run()


def _at_once(question: str, words: list[str]) -> bool:
    """Whether a question could be answered from a card, and was."""
    if question == "visit":
        from .quick import answered

        return answered(words)
    from tongchou.interfaces.people import QUESTIONS

    if question not in QUESTIONS:
        return False
    from .quick_people import answered as answered_people

    return answered_people(question, words)


def __getattr__(name: str) -> object:
    if name != "root":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .commands import root

    return root
