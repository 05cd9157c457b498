"""Which rule wins: the nearest area's, unless a higher document says that it overrides (R13)."""

from __future__ import annotations

from msgspec import Struct

from .check_documents import repealed_on
from .days import iso
from .documents import Document, Override, Parameter
from .findings import NoRule
from .tables import NO_END, Version
from .timeline import timeline
from .tree import Law


class Won(Struct, frozen=True):
    """The version of a parameter that applies, whose it is, why it won, and what gave way to it."""

    parameter: Parameter
    version: Version
    why: str
    """One English sentence; ``why_zh`` the same in Chinese."""
    why_zh: str
    gave_way: tuple[Parameter, ...]


def parameter_on(law: Law, area: str, name: str, day: int, known: int | None = None) -> Won:
    """The parameter ``subject.name`` for an area on a day, as known; refused by name where none is encoded."""
    candidates: list[tuple[Parameter, Version]] = []
    for code in law.chain(area):
        parameter = law.parameters.get((code, name))
        if parameter is None:
            continue
        for v in timeline(parameter.value, known).versions:
            if v.start <= day < (v.end or NO_END):
                candidates.append((parameter, v))
    if not candidates:
        raise NoRule(area, f"parameter {name}", iso(day))
    for parameter, version in reversed(candidates):  # the highest that overrides wins
        found = _override(law, parameter, day, known)
        lower = tuple(p for p, _ in candidates[: candidates.index((parameter, version))])
        if found is not None and lower:
            doc, override = found
            names = ", ".join(law.areas[p.area].name for p in lower)
            return Won(
                parameter,
                version,
                f"{doc.name} {override.clause} overrides the rules of lower areas ({names}) from {iso(override.start)}",
                f"{doc.name} {override.clause}：自{iso(override.start)}起下级规定（{names}）与之不一致的按其执行",
                lower,
            )
    parameter, version = candidates[0]
    others = tuple(p for p, _ in candidates[1:])
    place = law.areas[parameter.area]
    return Won(
        parameter,
        version,
        f"the nearest area that has it: {place.english}",
        f"最近一级有此规定的地区：{place.name}",
        others,
    )


def _override(law: Law, parameter: Parameter, day: int, known: int | None) -> tuple[Document, Override] | None:
    """The document of the parameter's area that puts its rules on the subject above those of lower areas.

    It need not be the one the value stands in: a notice may say of older rules of its level that they go before.
    """
    for doc in law.documents.values():
        if doc.area != parameter.area or (known is not None and doc.known > known):
            continue
        for override in doc.overrides:
            if parameter.subject in override.subjects and override.start <= day < repealed_on(law, doc.id)[0]:
                return doc, override
    return None
