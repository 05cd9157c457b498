"""What applies in an area on a day, as rows that a person can read."""

from __future__ import annotations

from typing import Any

from .constants import WORD_UNIT
from .days import iso, iso_month
from .documents import Parameter
from .findings import NoRule
from .resolve import all_values
from .tables import (
    NO_END,
    RATE_SCALE,
    Cell,
    Cite,
    Const,
    Expr,
    IndexTimes,
    Layer,
    MinOf,
    ReadAttr,
    Scheme,
    Steps,
    SumOf,
    Test,
    Value,
    Version,
    When,
)
from .tree import Law
from .which import parameter_on


def applies(law: Law, area: str, day: int, known: int | None = None, only: str | None = None) -> dict[str, Any]:
    """Schemes, parameters and documents in force; refused by name for an unknown area or a day with nothing encoded."""
    chain = law.chain(area)
    schemes, closed = [], []
    for name in law.scheme_names(area):
        if only is not None and name != only:
            continue
        try:
            scheme = law.scheme(area, name, known)
        except NoRule as e:
            closed.append(str(e))
            continue
        if scheme.start <= day < (scheme.end or NO_END):
            schemes.append(_scheme(law, scheme, day))
        else:
            closed.append(f"{name}: {iso(scheme.start)} … {iso(scheme.end)}")
    if only is not None and not schemes:
        raise NoRule(
            area,
            f"scheme {only}",
            iso(day),
            "; ".join(closed) or "encoded: " + ", ".join(law.scheme_names(area)),
        )
    parameters = _parameters(law, area, chain, day, known) if only is None else []
    if not schemes and not parameters:
        raise NoRule(area, "anything", iso(day), "; ".join(closed) or _elsewhere(law, area))
    return {
        "area": area,
        "name": law.areas[area].name,
        "date": iso(day),
        "known": iso(known) if known else "",
        "law_version": law.version,
        "law_title": law.title,
        "schemes": schemes,
        "parameters": parameters,
        "not_in_force": closed,
        "documents": _documents(law, chain, area, day, known),
    }


def _elsewhere(law: Law, area: str) -> str:
    """That an area which only others stand below has no scheme of its own, and which areas have one."""
    below = sorted(code for code, _ in law.schemes if area in law.chain(code) and code != area)
    there = below or sorted(code for code, _ in law.schemes)
    names = ", ".join(f"{code} {law.areas[code].name}" for code in dict.fromkeys(there))
    place = f"{law.areas[area].name} {law.areas[area].english}"
    return f"{place}：本级没有方案 no scheme at this level; 有方案的统筹区 areas with schemes: {names or '—'}"


def _row(law: Law, path: str, value: str, cite: Cite) -> dict[str, str]:
    doc = law.documents.get(cite.document)
    return {
        "path": path,
        "value": value,
        "clause": f"{doc.name if doc else cite.document} {cite.clause}",
        "document": cite.document,
        "status": cite.status,
        "reading": cite.reading,
        "from": iso(cite.start),
        "to": iso(cite.end),
        "known": iso(cite.known),
        "file": cite.file,
        "line": str(cite.line),
    }


def _scheme(law: Law, scheme: Scheme, day: int) -> dict[str, Any]:
    rows = []
    for layer in scheme.layers:
        if not layer.start <= day < (layer.end or NO_END):
            continue
        what = {
            "claim": "",
            "part": f" ← part:{layer.intake.name}",
            "overflow": f" ← overflow:{layer.intake.name}",
            "burden": " ← " + ", ".join(layer.intake.parts),
        }[layer.intake.kind]
        text = f"{layer.title}{what}{_when(layer.when, scheme, '；')}{_manner(layer)}"
        rows.append(_row(law, layer.name, text, layer.cite))
        for name, value in all_values(layer):
            version = on_day(value, day)
            if version is not None:
                rows.append(
                    _row(
                        law,
                        f"{layer.name}.{name}",
                        _qualified(layer, name, scheme) + version_text(version, value.unit, scheme),
                        version.cite,
                    )
                )
    for s in scheme.sources:
        if s.start <= day < (s.end or NO_END):
            text = f"个人部分支付来源 payment source, {s.balance}{_when(s.when, scheme, '；')}"
            barred = f"；不得支付 not for {', '.join(s.not_for)}" if s.not_for else ""
            rows.append(_row(law, f"paid_by {s.name}", text + barred, s.cite))
    for r in scheme.reasons:
        if r.start <= day < (r.end or NO_END):
            rows.append(
                _row(
                    law,
                    f"reason {r.code}",
                    ("不支付 pays nothing" if not r.pays else "照常支付 pays as usual") + _when(r.when, scheme, "；"),
                    r.cite,
                )
            )
    return {
        "scheme": scheme.name,
        "title": scheme.title,
        "from": iso(scheme.start),
        "to": iso(scheme.end),
        "values": rows,
    }


def _manner(layer: Layer) -> str:
    """What is special about a layer: who pays it, whether it catches up, what it is an alternative of."""
    words = []
    if layer.own:
        words.append("个人账户支付 payer: own")
    if layer.catch_up:
        words.append("按年度补齐 catch_up")
    if layer.choice:
        words.append("择优 choose of " + ", ".join(layer.choice))
    return "".join(f"；{w}" for w in words)


def _qualified(layer: Any, name: str, scheme: Scheme) -> str:
    """What a modifier or cap does and when, before its number."""
    owner, _, rest = name.partition("[")
    i = int(rest.partition("]")[0]) if rest else 0
    if owner == "caps":
        cap = layer.caps[i]
        then = f" → {cap.then}" if cap.then else ""
        return f"{cap.limits} / {cap.per}{then}{_when(cap.when, scheme, ' ')} "
    mods = {
        "modifiers": layer.modifiers,
        "deductible.modifiers": layer.deductible.modifiers if layer.deductible else (),
        "prepay.modifiers": layer.prepay.modifiers if layer.prepay else (),
    }.get(owner)
    if mods:
        return f"{mods[i].op}{_when(mods[i].when, scheme, ' ')} "
    if name == "deductible.amount":
        again = f" / repeat_every_days {layer.deductible.repeat_days}" if layer.deductible.repeat_days else ""
        return f"{'edge' if layer.deductible.edge else 'subtract'} / {layer.deductible.per}{again} "
    if name == "unit.tariff":
        return f"× {layer.unit.quantity} / actual: {'ignore' if layer.unit.ignore_actual else 'min'} "
    return ""


def on_day(value: Value, day: int) -> Version | None:
    """The version in force."""
    return next((v for v in value.versions if v.start <= day < (v.end or NO_END)), None)


def version_text(version: Version, unit: str, scheme: Scheme | Parameter | None = None) -> str:
    """The cells of a version in one line."""
    return "; ".join(_cell(c, unit, scheme) for c in version.cells)


def _cell(cell: Cell, unit: str, scheme: Scheme | Parameter | None) -> str:
    text = expr_words(cell.expr, unit)
    return f"{_when(cell.when, scheme, '').strip('（）')}: {text}" if cell.when else text


def number_words(value: int | None, unit: str) -> str:
    """A number in its unit: yuan, percent (or a multiple), a count."""
    if value is None:
        return "∞"
    if unit == "fen":
        sign, value = ("-" if value < 0 else ""), abs(value)
        return f"{sign}{value // 100}" + (f".{value % 100:02d}" if value % 100 else "")
    if unit == "count":
        return str(value)
    if unit == "month":
        return iso_month(value)
    if unit.startswith(WORD_UNIT):
        return unit[len(WORD_UNIT) :].split("|")[value]
    whole, rest = divmod(abs(value) * 100, RATE_SCALE)
    tail = str(rest).rjust(8, "0").rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' + tail if tail else ''}%"


def expr_words(e: Expr, unit: str) -> str:
    """An expression as a person reads it."""
    if isinstance(e, Const):
        return number_words(e.value, unit)
    if isinstance(e, IndexTimes):
        return f"{e.name} × {number_words(e.times, 'rate')}"
    if isinstance(e, Steps):
        return f"{number_words(e.per, unit)} × ({e.attr} − {e.above})"
    if isinstance(e, ReadAttr):
        return e.name
    if isinstance(e, SumOf):
        return " + ".join(expr_words(i, unit) for i in e.items)
    if isinstance(e, MinOf):
        return "min(" + ", ".join(expr_words(i, unit) for i in e.items) + ")"
    raise TypeError(type(e).__name__)


def _when(when: When, scheme: Scheme | Parameter | None, lead: str) -> str:
    if not when:
        return ""
    return lead + "（" + " | ".join(" & ".join(_test(t, scheme) for t in c) for c in when) + "）"


def when_words(when: When, scheme: Scheme) -> str:
    """A condition in one line; ``always`` where there is none."""
    return _when(when, scheme, "").strip("（）") or "always"


def _test(t: Test, scheme: Scheme | Parameter | None) -> str:
    attribute = next((a for a in scheme.attributes if a.name == t.attr), None) if scheme else None
    if t.op == "range":
        return f"{t.low if t.low is not None else ''} ≤ {t.attr} ≤ {t.high if t.high is not None else ''}".strip(" ≤")

    def word(v: int) -> str:
        if attribute is None:
            return str(v)
        if attribute.kind in ("code", "codes"):
            return attribute.values[v]
        if attribute.kind == "flag":
            return "true" if v else "false"
        if attribute.kind == "disease" and isinstance(scheme, Scheme):
            return list(dict.fromkeys(c.name for c in scheme.catalogues))[v]
        return str(v)

    values = "/".join(word(v) for v in t.values)
    return f"{t.attr}{ {'in': '=', 'not_in': '≠', 'unlisted': ' not in '}[t.op] }{values}"


def _parameters(law: Law, area: str, chain: tuple[str, ...], day: int, known: int | None) -> list[dict[str, str]]:
    rows = []
    for name in sorted({n for code, n in law.parameters if code in chain}):
        try:
            won = parameter_on(law, area, name, day, known)
        except NoRule:
            continue
        row = _row(
            law,
            name,
            f"{won.parameter.title}: {version_text(won.version, won.parameter.value.unit, won.parameter)}",
            won.version.cite,
        )
        rows.append(row | {"won": won.why_zh, "why": won.why})
    return rows


def _documents(law: Law, chain: tuple[str, ...], area: str, day: int, known: int | None) -> list[dict[str, str]]:
    """Instruments in force on the day here and above; where one takes effect area by area, since when here."""
    from .check_documents import repealed_on

    rows = []
    for doc in sorted(law.documents.values(), key=lambda d: (d.start, d.id)):
        if doc.area not in chain or doc.kind in ("reading", "secondary") or (known is not None and doc.known > known):
            continue
        stops, by = repealed_on(law, doc.id)
        if not doc.start <= day < stops:
            continue
        effect = law.effect(doc.id, area)
        note = ""
        if doc.takes_effect:
            note = (
                "本地尚未施行 not in effect here"
                if effect is None or effect > day
                else f"本地自 here from {iso(effect)}"
            )
            if effect is not None and effect > day:
                note += f"（{iso(effect)}）"
        rows.append(
            {
                "id": doc.id,
                "name": doc.number or "—",
                "title": doc.title,
                "from": iso(doc.start),
                "to": iso(stops),
                "note": note or (f"废止于 repealed by {by.name}" if by else ""),
            }
        )
    return rows
