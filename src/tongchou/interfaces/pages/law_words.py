"""Law tables in words: conditions, values, where a layer's cost comes from. A new word of the language goes here."""

from __future__ import annotations

from tongchou.interfaces.wording.names import (
    ATTRIBUTE,
    CODE,
    FLAG,
    LEVEL,
    OP,
    PERIOD,
    layer_title,
    part_title,
    pick,
    word,
)
from tongchou.law.documents import Parameter
from tongchou.law.show import expr_words, number_words
from tongchou.law.tables import (
    Cap,
    Const,
    Expr,
    IndexTimes,
    Layer,
    MinOf,
    Modifier,
    ReadAttr,
    Scheme,
    Steps,
    SumOf,
    Test,
    When,
)

from .text import grouped

ITEM = {
    "package.price": ("定额", "package price"),
    "prepay.rate": ("先行自付比例", "share paid first"),
    "deductible.amount": ("起付标准", "deductible"),
    "rate": ("支付比例", "rate"),
    "top_up": ("补足至", "filled up to"),
}
"""Values of a layer by their place; those in lists are told by ``item_words``."""
OWNER = {
    "modifiers": ("支付比例调整", "change of the rate"),
    "prepay.modifiers": ("先行自付调整", "change of the share paid first"),
    "deductible.modifiers": ("起付标准调整", "change of the deductible"),
}


def item_words(layer: Layer, place: str, scheme: Scheme, lang: str) -> str:
    """What the value at ``place`` of a layer is (``caps[0].amount``); the place itself where it is unknown."""
    owner, _, rest = place.partition("[")
    i = int(rest.partition("]")[0]) if rest else 0
    if owner == "caps":
        return _cap(layer.caps[i], scheme, lang)
    if owner == "bands":
        edge = place.endswith(".to")
        return pick(
            (f"第{i + 1}段{'上限' if edge else '支付比例'}", f"band {i + 1}, {'up to' if edge else 'rate'}"), lang
        )
    if owner in OWNER:
        op = _modifiers(layer, owner)[i].op
        return f"{pick(OWNER[owner], lang)}{pick(('：', ': '), lang)}{word(OP, op, lang)}"
    text = pick(ITEM[place], lang) if place in ITEM else place
    if place == "deductible.amount" and layer.deductible is not None:
        how = pick(("下限", "lower edge") if layer.deductible.edge else ("扣除", "taken off"), lang)
        per = word(PERIOD, layer.deductible.per, lang)
        text += pick((f"（{per}，{how}）", f" ({per}, {how})"), lang)
    return text


def _modifiers(layer: Layer, owner: str) -> tuple[Modifier, ...]:
    if owner == "modifiers":
        return layer.modifiers
    held = layer.prepay if owner.startswith("prepay") else layer.deductible
    return held.modifiers if held is not None else ()


def _cap(cap: Cap, scheme: Scheme, lang: str) -> str:
    what = pick(("支付限额", "cap on payment") if cap.limits == "payment" else ("费用限额", "cap on cost"), lang)
    per = word(PERIOD, cap.per, lang)
    then = ""
    if cap.then:
        takers = [x for x in scheme.layers if x.intake.kind == "overflow" and x.intake.name == cap.then]
        to = layer_title(takers[0].name, takers[0].title, lang) if takers else cap.then
        then = pick((f"，超出转入“{to}”", f", beyond it to “{to}”"), lang)
    return pick((f"{per}{what}{then}", f"{what}, {per}{then}"), lang)


def item_value(layer: Layer, place: str, text: str, lang: str) -> str:
    """A value as its place reads it: what ``points`` add to a rate are percentage points."""
    owner, _, rest = place.partition("[")
    if owner in OWNER and _modifiers(layer, owner)[int(rest.partition("]")[0])].op == "points":
        return text.removesuffix("%") + pick((" 个百分点", " percentage points"), lang)
    return text


def item_condition(layer: Layer, place: str) -> When:
    """The condition under which a modifier or a cap applies at all."""
    owner, _, rest = place.partition("[")
    i = int(rest.partition("]")[0]) if rest else 0
    if owner == "caps":
        return layer.caps[i].when
    return _modifiers(layer, owner)[i].when if owner in OWNER else ()


def intake_words(layer: Layer, scheme: Scheme, lang: str) -> str:
    """Where the layer's cost comes from."""
    intake = layer.intake
    if intake.kind == "claim":
        return pick(("政策范围内费用", "the cost in scope"), lang)
    if intake.kind == "part":
        return pick((f"费用分项“{intake.name}”", f"the part “{intake.name}” of the bill"), lang)
    if intake.kind == "overflow":
        givers = [x for x in scheme.layers if any(c.then == intake.name for c in x.caps)]
        names = [layer_title(x.name, x.title, lang) for x in givers]
        return pick(("“" + "”“".join(names) + "”超限额转入的费用", "above the cap of " + ", ".join(names)), lang)
    titles = {x.name: x.title for x in scheme.layers}
    parts = [
        pick(("各层按比例自付", "all own shares"), lang)
        if p == "share:*"
        else part_title(p.replace(":", "_"), titles, lang)
        for p in intake.parts
    ]
    return pick(("个人负担中的", "of the person's burden: "), lang) + pick(("、", ", "), lang).join(parts)


def when_words(when: When, scheme: Scheme | Parameter, lang: str) -> str:
    """A condition: all tests of one of its alternatives hold. Empty: always."""
    either = pick(("；或者 ", "; or "), lang)
    both = pick(("，", ", "), lang)
    return either.join(both.join(test_words(t, scheme, lang) for t in c) for c in when)


def test_words(t: Test, scheme: Scheme | Parameter, lang: str) -> str:
    """One attribute's part of a condition."""
    name = word(ATTRIBUTE, t.attr, lang)
    if t.op == "range":
        if t.low is not None and t.high is not None:
            return pick((f"{name} {t.low} 至 {t.high}", f"{name} {t.low} to {t.high}"), lang)
        if t.low is not None:
            return pick((f"{name} {t.low} 及以上", f"{name} {t.low} or more"), lang)
        return pick((f"{name} {t.high} 及以下", f"{name} {t.high} or less"), lang)
    values = pick(("、", " / "), lang).join(_value(t.attr, v, scheme, lang) for v in t.values)
    if t.attr == "disease":
        how = {"in": ("属于", "in"), "not_in": ("不属于", "not in"), "unlisted": ("给出但不属于", "given and not in")}[
            t.op
        ]
        return f"{name}{pick((how[0], f' {how[1]} '), lang)}{values}"
    how = ("：", ": ") if t.op == "in" else ("不为 ", " not ")
    return f"{name}{pick(how, lang)}{values}"


def _value(attr: str, value: int, scheme: Scheme | Parameter, lang: str) -> str:
    a = next((a for a in scheme.attributes if a.name == attr), None)
    if attr == "level" and value in LEVEL:
        return pick(LEVEL[value], lang)
    if a is None:
        return str(value)
    if a.kind in ("code", "codes"):
        return word(CODE, a.values[value], lang)
    if a.kind == "flag":
        return pick(FLAG[value], lang)
    if a.kind == "disease" and isinstance(scheme, Scheme):
        names = list(dict.fromkeys(c.name for c in scheme.catalogues))
        return pick((f"“{word(CODE, names[value], lang)}”目录", f"catalogue “{word(CODE, names[value], lang)}”"), lang)
    return str(value)


def value_words(e: Expr, unit: str, lang: str) -> str:
    """An expression as a lawyer reads it; money in yuan with its thousands grouped."""
    if isinstance(e, Const):
        return _number(e.value, unit, lang)
    if isinstance(e, IndexTimes):
        return f"{e.name} × {number_words(e.times, 'rate')}"
    if isinstance(e, Steps):
        name = word(ATTRIBUTE, e.attr, lang)
        return pick(
            (
                f"{name}超过 {e.above} 的每一个 {_number(e.per, unit, lang)}",
                f"{_number(e.per, unit, lang)} for each of {name} above {e.above}",
            ),
            lang,
        )
    if isinstance(e, ReadAttr):
        return word(ATTRIBUTE, e.name, lang)
    if isinstance(e, SumOf):
        return " ＋ ".join(value_words(i, unit, lang) for i in e.items)
    if type(e) is MinOf:
        items = [value_words(i, unit, lang) for i in e.items]
        return pick(("、".join(items) + " 中较小者", "the least of " + "; ".join(items)), lang)
    return expr_words(e, unit)


def _number(value: int | None, unit: str, lang: str) -> str:
    if value is None:
        return pick(("不设限", "no limit"), lang)
    if unit == "fen":
        return grouped(value).removesuffix(".00") + pick((" 元", " yuan"), lang)
    return number_words(value, unit)
