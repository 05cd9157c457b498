"""A file refused whole: one clear sentence in two languages, under a stable code."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class FileRefused(Exception):
    """A claims or mapping file that cannot be read at all. Rows are never refused this way.

    ``code`` is stable; ``message`` is Chinese, ``in_lang('en')`` English.
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        self.code = code
        self.message = zh
        self._en = en
        super().__init__(f"{code}: {zh}")

    def in_lang(self, lang: str = "zh") -> str:
        """The message in ``zh`` or ``en``."""
        return self._en if lang == "en" else self.message


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like ``word``, or None."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def suggestions(words: Iterable[str], known: Iterable[str]) -> tuple[str, str]:
    """(zh, en) "did you mean" for those words that have a near one; empty texts where none has."""
    names = list(known)
    pairs = [(w, n) for w in words if (n := nearest(w, names)) is not None]
    if not pairs:
        return "", ""
    return (
        "；是否想写" + "、".join(f"“{n}”（而非“{w}”）" for w, n in pairs),
        "; did you mean " + ", ".join(f"{n!r} (instead of {w!r})" for w, n in pairs),
    )
