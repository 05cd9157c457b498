"""What a counter refuses of one visit."""

from __future__ import annotations


class Refused(Exception):
    """A question that cannot be answered as asked; the text, ``code: …``, says why and what to do."""

    @property
    def code(self) -> str:
        """The code of docs/errors.md."""
        return str(self).partition(":")[0]

    @property
    def said(self) -> tuple[str, str]:
        """Why and what to do, in Chinese and English, without code and option."""
        text = str(self).partition(": ")[2]
        if self.column:
            text = text.partition(": ")[2]
        zh, apart, en = text.partition(" · ")
        return zh, en if apart else zh

    @property
    def column(self) -> str:
        """The claims column at fault; empty where it is several."""
        word = str(self).partition(": ")[2].partition(" ")[0]
        return word[2:].rstrip(":").replace("-", "_") if word.startswith("--") and word.endswith(":") else ""
