"""What a claim says of the visit, in words: category, institution, place, the person's standing."""

from __future__ import annotations

from collections.abc import Mapping

from tongchou.interfaces.wording.names import ATTRIBUTE, CODE, FLAG, LEVEL, pick, word
from tongchou.law.tables import Attribute, Scheme
from tongchou.money import format_fen

ALWAYS = ("category", "level", "place", "status")
"""Shown whatever they are; any other only where the claim says more than the usual."""


def facts_of(scheme: Scheme, claim: Mapping[str, int], disease: str, lang: str) -> list[tuple[str, str]]:
    """(what, how it is) in the order of the scheme's attributes."""
    out = []
    for a in sorted(scheme.attributes, key=lambda a: ALWAYS.index(a.name) if a.name in ALWAYS else len(ALWAYS)):
        value = claim.get(a.name)
        if a.kind == "disease":
            if disease:
                out.append((word(ATTRIBUTE, a.name, lang), disease_name(scheme, disease)))
            continue
        if value is None or a.kind == "state" or (a.name not in ALWAYS and value == a.default):
            continue
        text = value_words(a, value, lang)
        if text:
            out.append((word(ATTRIBUTE, a.name, lang), text))
    return out


def value_words(a: Attribute, value: int, lang: str) -> str:
    """An attribute's value; empty where nothing was given."""
    if a.kind == "codes":
        held = [word(CODE, v, lang) for k, v in enumerate(a.values) if value >> k & 1]
        return pick(("、", ", "), lang).join(held)
    if value < 0:
        return ""
    if a.kind == "code":
        return word(CODE, a.values[value], lang)
    if a.kind == "flag":
        return pick(FLAG[value], lang)
    if a.kind == "money":
        return format_fen(value)
    return pick(LEVEL[value], lang) if a.name == "level" and value in LEVEL else str(value)


def disease_name(scheme: Scheme, code: str) -> str:
    """A disease by name and code, as a catalogue of the scheme has it."""
    name = next((e.name for c in scheme.catalogues for e in c.entries if e.code == code), "")
    return f"{name}（{code}）" if name else code


def category_of(scheme: Scheme, claim: Mapping[str, int]) -> str:
    """The code of the claim's category."""
    k = claim.get("category", -1)
    return scheme.categories[k] if 0 <= k < len(scheme.categories) else ""
