"""A log without personal data: what failed and where in the source, never the values that were worked with."""

from __future__ import annotations

import logging
import re
import traceback
from types import TracebackType


def keep_quiet() -> None:
    """Let every log line of this process go to stderr as ``Quiet`` writes it."""
    handler = logging.StreamHandler()
    handler.setFormatter(Quiet())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class Quiet(logging.Formatter):
    """Time, level, where; of an exception its type and the places it went through, not its words.

    A database names the row at fault in its message, a refused value stands in a ValueError: neither belongs in a log.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the places of an exception below it."""
        said = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        # Values come after % or in quotes; of an address what is asked for comes after its question mark.
        said = re.split("[%'\"?]", said, maxsplit=1)[0]
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {said.strip()}"
        if record.exc_info:
            line += f"\n{self.formatException(record.exc_info)}"
        return line

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The type of an exception and the places it went through."""
        kind, error, _ = ei
        if kind is None or error is None:
            return ""
        frames = traceback.extract_tb(error.__traceback__)
        return "\n".join([f"  {f.filename}:{f.lineno} in {f.name}" for f in frames] + [f"  {kind.__name__}"])
