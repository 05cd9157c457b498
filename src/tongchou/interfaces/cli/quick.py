"""``quote visit`` from a card: the same answer without loading command line, tables and compiler of law.

Whatever is out of the ordinary (help, an option left out, another law tree, no card, anything refused) is left to
the whole command, which answers or refuses in full.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TAKEN = ("area", "on", "scheme", "used", "known", "lang")
NEEDED = ("area", "on", "scheme", "status", "category", "level")


class Unusual(Exception):
    """A question for the whole command."""


def answered(words: list[str]) -> bool:
    """Whether the question (the words after ``quote visit``) could be answered here, and was."""
    try:
        given, fields, as_json = options(words)
        found = _answer(given, fields)
    except Exception:  # whatever it is, the whole command meets it again and says it in full
        return False
    from .refusals import language
    from .visit import show

    show(found, language(given["lang"] or None), as_json)
    return True


def options(words: list[str]) -> tuple[dict[str, str], dict[str, str], bool]:
    """The command's own options, the claims columns, and whether JSON is asked for."""
    given, fields, as_json = dict.fromkeys(TAKEN, ""), {}, False
    seen = set()
    rest = iter(words)
    for word in rest:
        name, eq, value = word[2:].partition("=")
        if not word.startswith("--") or not name or name in seen or name in ("help", "law"):
            raise Unusual(word)
        seen.add(name)
        if word == "--json":
            as_json = True
            continue
        if not eq:
            value = next(rest, "-")
            if value.startswith("-"):
                raise Unusual(word)
        if name in TAKEN:
            given[name] = value
        else:
            fields[name.replace("-", "_")] = value
    if not seen.issuperset(NEEDED) or given["lang"] not in ("", "zh", "en") or ("json" in seen and not as_json):
        raise Unusual("options")
    if ("known" in seen and not given["known"]) or len(fields) + len(seen & {*TAKEN, "json"}) != len(seen):
        raise Unusual("options")
    return given, fields, as_json


def _answer(given: dict[str, str], fields: dict[str, str]) -> dict[str, Any]:
    from tongchou.law.days import ordinal
    from tongchou.rules.settlement.desk import stored_desk

    from .visit import answer

    on = ordinal(given["on"])
    known = ordinal(given["known"]) if given["known"] else None
    desk = stored_desk(given["area"], given["scheme"], known, on)
    if desk is None:
        raise Unusual("no card")
    return answer(desk.scheme, lambda: desk, on, known, fields, given["used"])
