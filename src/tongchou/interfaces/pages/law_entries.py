"""What applies on a day as entries, one a value, and what differs between two days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongchou.interfaces.wording.meanings import reason_words
from tongchou.interfaces.wording.names import CODE, FUND, layer_title, pick, word
from tongchou.law.findings import NoRule
from tongchou.law.resolve import all_values
from tongchou.law.show import on_day
from tongchou.law.tables import NO_END, Catalogue, Cite, Layer, Scheme
from tongchou.law.tree import Law
from tongchou.law.which import parameter_on

from .law_words import intake_words, item_condition, item_value, item_words, value_words, when_words

Cells = tuple[tuple[str, str], ...]
"""(condition, value) in words, in order; an empty condition holds always."""


@dataclass(frozen=True)
class Entry:
    """One value (or rule) as it applies on a day."""

    section: str
    """Layer, ``reasons``, ``catalogues`` or the subject of a parameter."""
    title: str
    key: str
    """Its place in the law, the same on every day."""
    item: str
    condition: str
    cells: Cells
    cite: Cite
    note: str = ""
    text: bool = False
    """Words, not a figure."""


def layer_entries(scheme: Scheme, day: int, lang: str) -> Iterator[Entry]:
    """Layers in force with each of their values."""
    for layer in scheme.layers:
        if not layer.start <= day < (layer.end or NO_END):
            continue
        title = layer_title(layer.name, layer.title, lang)
        yield Entry(
            layer.name,
            title,
            layer.name,
            pick(("适用于", "applies to"), lang),
            when_words(layer.when, scheme, lang),
            (("", _takes(layer, scheme, lang)),),
            layer.cite,
            text=True,
        )
        for place, value in all_values(layer):
            version = on_day(value, day)
            if version is None:
                continue
            cells = tuple(
                (
                    when_words(c.when, scheme, lang),
                    item_value(layer, place, value_words(c.expr, value.unit, lang), lang),
                )
                for c in version.cells
            )
            yield Entry(
                layer.name,
                title,
                f"{layer.name}.{place}",
                item_words(layer, place, scheme, lang),
                when_words(item_condition(layer, place), scheme, lang),
                otherwise(cells, lang),
                version.cite,
            )


def otherwise(cells: Cells, lang: str) -> Cells:
    """The last of several cells without a condition is what else holds."""
    return tuple((w or (pick(("其他", "otherwise"), lang) if len(cells) > 1 else ""), v) for w, v in cells)


def _takes(layer: Layer, scheme: Scheme, lang: str) -> str:
    text = pick(("计费：", "on "), lang) + intake_words(layer, scheme, lang)
    if layer.fund != layer.name:
        text += pick(("；记入基金：", "; booked to "), lang) + word(FUND, layer.fund, lang)
    return text


def reason_entries(scheme: Scheme, day: int, lang: str) -> Iterator[Entry]:
    """Rules that stop a payment or mark it."""
    for r in scheme.reasons:
        if r.start <= day < (r.end or NO_END):
            pays = ("照常支付", "pays as usual") if r.pays else ("不支付", "pays nothing")
            yield Entry(
                "reasons",
                pick(("特别规定", "special rules"), lang),
                f"reason {r.code}",
                pick(pays, lang),
                when_words(r.when, scheme, lang),
                (("", reason_words(r.code, lang)),),
                r.cite,
                text=True,
            )


def catalogue_entries(scheme: Scheme, day: int, lang: str) -> Iterator[Entry]:
    """Catalogues of diseases in force, with the diseases of the day."""
    for c in scheme.catalogues:
        if c.start <= day < (c.end or NO_END):
            names = [e.name for e in c.entries if e.start <= day < (e.end or NO_END)]
            yield Entry(
                "catalogues",
                pick(("病种目录", "catalogues of diseases"), lang),
                _catalogue_key(c),
                word(CODE, c.name, lang),
                "",
                (("", pick((f"{len(names)} 种：", f"{len(names)}: "), lang) + "、".join(names)),),
                c.cite,
                text=True,
            )


def _catalogue_key(c: Catalogue) -> str:
    return f"catalogue {c.name}"


def parameter_entries(law: Law, area: str, day: int, known: int | None, lang: str) -> Iterator[Entry]:
    """Single dated values that apply in an area, whoever above it gives them."""
    chain = law.chain(area)
    for name in sorted({n for code, n in law.parameters if code in chain}):
        try:
            won = parameter_on(law, area, name, day, known)
        except NoRule:
            continue
        p = won.parameter
        cells = tuple((when_words(c.when, p, lang), value_words(c.expr, p.value.unit, lang)) for c in won.version.cells)
        title = p.title if lang == "zh" else p.name.replace("_", " ")
        why = won.why_zh if lang == "zh" else won.why
        yield Entry(p.subject, p.subject, name, title, "", otherwise(cells, lang), won.version.cite, why)


@dataclass(frozen=True)
class Line:
    """One value of a page: as it is, and as it was on the other day where two are compared."""

    entry: Entry
    old: Entry | None
    state: str
    """``same``, ``changed``, ``added``, ``removed``, or ``ground``: the same value on another clause."""
    cells: tuple[tuple[str, str, str], ...]
    """(condition, old, new); old is empty where nothing is compared or nothing changed."""


def lines_of(new: Sequence[Entry], old: Sequence[Entry] | None) -> list[Line]:
    """Entries of a day, against those of an earlier one where given; removed ones stand after their section."""
    if old is None:
        return [Line(e, None, "same", tuple((w, "", v) for w, v in e.cells)) for e in new]
    before = {e.key: e for e in old}
    out = [_against(e, before.get(e.key)) for e in new]
    now = {e.key for e in new}
    for gone in (e for e in old if e.key not in now):
        at = max((i + 1 for i, x in enumerate(out) if x.entry.section == gone.section), default=len(out))
        out.insert(at, Line(gone, gone, "removed", tuple((w, v, "") for w, v in gone.cells)))
    return out


def _against(new: Entry, old: Entry | None) -> Line:
    if old is None:
        return Line(new, None, "added", tuple((w, "", v) for w, v in new.cells))
    if (new.cells, new.condition, new.item) != (old.cells, old.condition, old.item):
        was, now = dict(old.cells), dict(new.cells)
        cells = [(w, was.get(w, "") if was.get(w) != v else "", v) for w, v in new.cells]
        cells += [(w, v, "") for w, v in old.cells if w not in now]
        return Line(new, old, "changed", tuple(cells))
    ground = (new.cite.document, new.cite.clause, new.cite.status, new.cite.reading)
    same = ground == (old.cite.document, old.cite.clause, old.cite.status, old.cite.reading)
    return Line(new, old, "same" if same else "ground", tuple((w, "", v) for w, v in new.cells))
