"""Each step of the fold as a sentence. ``SENTENCES`` is the table: a new kind of step is one entry."""

from __future__ import annotations

from tongchou.money import format_fen as yuan

from .names import AMOUNT, COUNTS, OP, PERIOD, SOURCE, Words, layer_title, percent, pick, word

TYPE_CHECKING = False
if TYPE_CHECKING:  # the counter starts without them
    from collections.abc import Callable, Mapping

    from tongchou.law.tables import Scheme
    from tongchou.rules.settlement.steps import Step


def sentence(step: Step, scheme: Scheme, titles: Mapping[str, str], lang: str) -> str:
    """What the step did, with its figures and the changes that applied."""
    text = pick(SENTENCES.get(step.step, _other)(step, scheme, titles), lang)
    if not step.changes:
        return text
    if lang == "zh":
        return text + "（已含调整：" + "，".join(f"{word(OP, op, 'zh')} {value}" for op, value in step.changes) + "）"
    return text + " (changed by " + ", ".join(f"{word(OP, op, 'en')} {value}" for op, value in step.changes) + ")"


def _in(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    cost = yuan(step.amounts["cost"])
    return f"进入费用 {cost}", f"cost in {cost}"


def _package(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    price, cost = yuan(step.amounts["price"]), yuan(step.amounts["cost"])
    return f"定额 {price}，费用 {cost}", f"price {price}, cost {cost}"


def _prepay(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    a = step.amounts
    r, ahead = percent(a["rate"], a["scale"]), yuan(a["ahead"])
    return f"先自付 {r} = {ahead}", f"paid first {r} = {ahead}"


def _deductible(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    amount, before = yuan(step.amounts["amount"]), yuan(step.amounts["taken_before"])
    return f"标准 {amount}，此前已扣 {before}", f"amount {amount}, taken before {before}"


def _taken(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    due, taken = step.amounts["due"], step.amounts["taken"]
    return (
        f"应扣 {yuan(due)}，本次扣 {yuan(taken)}，未扣 {yuan(due - taken)}",
        f"due {yuan(due)}, taken {yuan(taken)}, left {yuan(due - taken)}",
    )


def _edge(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    a = step.amounts
    before, edge, below = yuan(a["before"]), yuan(a["edge"]), yuan(a["below"])
    return (
        f"年度累计自 {before} 起，{edge} 以内的 {below} 不支付",
        f"from a running cost of {before}: {below} lies below {edge}",
    )


def _rate(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    r, paid = percent(step.amounts["rate"], step.amounts["scale"]), yuan(step.amounts["paid"])
    zh, en = rounding(scheme)
    return f"× {r} = {paid}（{zh}）", f"x {r} = {paid} ({en})"


def rounding(scheme: Scheme) -> Words:
    """On whose side a share is rounded, and how."""
    zh, en = {"fund": ("基金", "the fund's"), "person": ("个人", "the person's")}[scheme.side]
    how_zh, how_en = {
        "half_up": ("四舍五入到分", "rounded half-up to the fen"),
        "down": ("截去分以下", "cut to the fen"),
    }[scheme.mode]
    return f"{zh}侧{how_zh}", f"{en} side {how_en}"


def _bands(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    n = len(step.table) // 2
    edges, rates = step.table[:n], step.table[n:]
    tops = [*(yuan(e) for e in edges[1:]), "…"]
    scale = step.amounts["scale"]
    parts = [f"{yuan(edges[k])}–{tops[k]} × {percent(rates[k], scale)}" for k in range(n)]
    paid, before = yuan(step.amounts["paid"]), yuan(step.amounts["before"])
    return (
        f"累计自 {before} 起分段：{'；'.join(parts)} = {paid}",
        f"bands from {before}: {'; '.join(parts)} = {paid}",
    )


def _top_up(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    a = step.amounts
    r, earlier, paid = percent(a["rate"], a["scale"]), yuan(a["earlier"]), yuan(a["paid"])
    return (
        f"补足至 {r}：前面各层已付 {earlier}，补 {paid}",
        f"up to {r}: earlier layers paid {earlier}, adds {paid}",
    )


def _cap(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    a = step.amounts
    amount, used, room = yuan(a["amount"]), yuan(a["used"]), yuan(a["room"])
    layer = next(x for x in scheme.layers if x.name == step.layer)
    zh, en = PERIOD.get(layer.caps[a["cap_no"]].per, ("", ""))
    return f"{zh}限额 {amount}，已用 {used}，余 {room}", f"cap {amount} {en}, used {used}, left {room}"


def _stopped(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    amount = yuan(step.amounts["amount"])
    if step.to == "over_cap":
        return f"超限额费用 {amount} 由个人负担", f"{amount} above the cap stays with the person"
    to = titles.get(step.to, step.to), layer_title(step.to, "", "en")
    return f"超限额费用 {amount} 转入 {to[0]}", f"{amount} above the cap goes on to {to[1]}"


def _out(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    paid, cost = yuan(step.amounts["paid"]), yuan(step.amounts["cost"])
    return f"本层支付 {paid}（计费 {cost}）", f"paid {paid} of {cost}"


def _tariff(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    a = step.amounts
    tariff, measured, cost = yuan(a["tariff"]), yuan(a["measured"]), yuan(a["cost"])
    return (
        f"计费标准 {tariff} × {a['quantity']} = {measured}，收费 {cost}",
        f"tariff {tariff} x {a['quantity']} = {measured}, charged {cost}",
    )


def _caught_up(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    zh, en = _bands(step, scheme, titles)
    paid = yuan(step.amounts["paid"])
    cut_zh, cut_en = zh.rpartition(" = ")[0], en.rpartition(" = ")[0]
    return f"{cut_zh}；扣除已付后补齐 {paid}", f"{cut_en}; less what was paid so far: {paid}"


def _own(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    paid, cost = yuan(step.amounts["paid"]), yuan(step.amounts["cost"])
    return f"个人账户支付 {paid}（费用 {cost}，其余转下一层）", f"own account paid {paid} of {cost}; the rest goes on"


def _choose(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    left = [(scheme.layers[i], n) for i, n in zip(step.others, step.table, strict=True)]
    zh = "；".join(f"{x.title} {'不适用' if n < 0 else '余 ' + yuan(n)}" for x, n in left)
    en = "; ".join(
        f"{layer_title(x.name, '', 'en')} {'does not apply' if n < 0 else 'leaves ' + yuan(n)}" for x, n in left
    )
    return f"择优：{zh}；取 {step.title}", f"the better: {en}; taken: {layer_title(step.layer, '', 'en')}"


def _source(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    balance, paid = step.amounts["balance"], yuan(step.amounts["paid"])
    zh, en = SOURCE.get(step.title, (step.title, step.title))
    if balance < 0:
        return f"{zh} {paid}", f"{en} {paid}"
    return f"{zh}支付 {paid}（余额 {yuan(balance)}）", f"{en} paid {paid} of a balance of {yuan(balance)}"


def _other(step: Step, scheme: Scheme, titles: Mapping[str, str]) -> Words:
    """A step without a sentence: each figure by its name, rates over ``scale``, the rest money."""
    a, told = step.amounts, []
    for name, value in a.items():
        if name == "scale":
            continue
        if name.endswith("rate") and "scale" in a:
            text = percent(value, a["scale"])
        else:
            text = str(value) if name in COUNTS else yuan(value)
        told.append((name, text))
    return (
        "，".join(f"{word(AMOUNT, n, 'zh')} {t}" for n, t in told),
        ", ".join(f"{word(AMOUNT, n, 'en')} {t}" for n, t in told),
    )


SENTENCES: Mapping[str, Callable[[Step, Scheme, Mapping[str, str]], Words]] = {
    "in": _in,
    "package": _package,
    "prepay": _prepay,
    "deductible": _deductible,
    "taken": _taken,
    "edge": _edge,
    "rate": _rate,
    "bands": _bands,
    "top_up": _top_up,
    "cap": _cap,
    "stopped": _stopped,
    "out": _out,
    "tariff": _tariff,
    "caught_up": _caught_up,
    "own": _own,
    "choose": _choose,
    "source": _source,
}
"""Kind of step → its sentence in both languages; a kind that is missing is told by ``_other``."""
