"""An explanation in words: each step of the fold as a sentence, with document, clause and trust."""

from __future__ import annotations

from tongchou.law.days import iso
from tongchou.money import format_fen
from tongchou.rules.settlement.steps import SCHEMA, cite_json, reason_cite, steps

TYPE_CHECKING = False
if TYPE_CHECKING:  # the counter starts without the tables
    from collections.abc import Mapping
    from typing import Any

    from tongchou.law.documents import Document
    from tongchou.law.tables import Cite, Scheme
    from tongchou.rules.settlement.steps import Step

STATUS_ZH = {"official": "正式", "secondary": "二手", "assumed": "推定"}
STEP_ZH = {
    "in": "进入",
    "package": "定额",
    "prepay": "先行自付",
    "deductible": "起付标准",
    "taken": "扣起付",
    "edge": "起付（下限）",
    "rate": "按比例",
    "bands": "分段",
    "top_up": "补足",
    "cap": "限额",
    "stopped": "超限额",
    "out": "支付",
}
PART_ZH = {
    "unclaimed": "未进入任何层",
    "deductible": "起付标准",
    "over_cap": "超限额",
    "prepay": "先行自付（异地等）",
    "first_share": "先行自付",
    "over_limit": "超限价",
    "out_of_catalogue": "目录外自费",
    "over_price": "超定额",
}


def percent(rate: int, scale: int) -> str:
    """A rate as percent text without trailing zeros."""
    whole, rest = divmod(rate * 100, scale)
    digits = len(str(scale)) - 1
    tail = str(rest).rjust(digits, "0").rstrip("0")
    return f"{whole}{'.' + tail if tail else ''}%"


OPS_ZH = {
    "points": "加",
    "add": "加",
    "factor": "乘",
    "own_share_factor": "自付部分乘",
    "at_least": "至少",
    "at_most": "至多",
}


def sentence(step: Step, side: str, titles: Mapping[str, str], lang: str) -> str:
    """What the step did, with its figures and the changes that applied."""
    text = _figures(step, side, titles, lang)
    if not step.changes:
        return text
    if lang == "zh":
        return text + "（已含调整：" + "，".join(f"{OPS_ZH[op]} {value}" for op, value in step.changes) + "）"
    return text + " (changed by " + ", ".join(f"{op} {value}" for op, value in step.changes) + ")"


def _figures(step: Step, side: str, titles: Mapping[str, str], lang: str) -> str:
    a, yuan = step.amounts, format_fen
    zh = lang == "zh"
    if step.step == "in":
        return f"进入费用 {yuan(a['cost'])}" if zh else f"cost in {yuan(a['cost'])}"
    if step.step == "package":
        return (
            f"定额 {yuan(a['price'])}，费用 {yuan(a['cost'])}"
            if zh
            else f"price {yuan(a['price'])}, cost {yuan(a['cost'])}"
        )
    if step.step == "prepay":
        r = percent(a["rate"], a["scale"])
        return f"先自付 {r} = {yuan(a['ahead'])}" if zh else f"paid first {r} = {yuan(a['ahead'])}"
    if step.step == "deductible":
        return (
            f"标准 {yuan(a['amount'])}，此前已扣 {yuan(a['taken_before'])}"
            if zh
            else f"amount {yuan(a['amount'])}, taken before {yuan(a['taken_before'])}"
        )
    if step.step == "taken":
        left = a["due"] - a["taken"]
        return (
            f"应扣 {yuan(a['due'])}，本次扣 {yuan(a['taken'])}，未扣 {yuan(left)}"
            if zh
            else f"due {yuan(a['due'])}, taken {yuan(a['taken'])}, left {yuan(left)}"
        )
    if step.step == "edge":
        return (
            f"年度累计自 {yuan(a['before'])} 起，{yuan(a['edge'])} 以内的 {yuan(a['below'])} 不支付"
            if zh
            else f"from a running cost of {yuan(a['before'])}: {yuan(a['below'])} lies below {yuan(a['edge'])}"
        )
    return _figures_paid(step, side, titles, lang)


def _figures_paid(step: Step, side: str, titles: Mapping[str, str], lang: str) -> str:
    """The steps from the payment on: rate, bands, top-up, caps, what goes on, what is paid."""
    a, yuan = step.amounts, format_fen
    zh = lang == "zh"
    if step.step == "rate":
        r = percent(a["rate"], a["scale"])
        who = {"fund": ("基金", "the fund's"), "person": ("个人", "the person's")}[side]
        return (
            f"× {r} = {yuan(a['paid'])}（{who[0]}侧四舍五入到分）"
            if zh
            else f"x {r} = {yuan(a['paid'])} ({who[1]} side rounded half-up to the fen)"
        )
    if step.step == "bands":
        return _bands(step, zh)
    if step.step == "top_up":
        r = percent(a["rate"], a["scale"])
        return (
            f"补足至 {r}：前面各层已付 {yuan(a['earlier'])}，补 {yuan(a['paid'])}"
            if zh
            else f"up to {r}: earlier layers paid {yuan(a['earlier'])}, adds {yuan(a['paid'])}"
        )
    if step.step == "cap":
        return (
            f"限额 {yuan(a['amount'])}，已用 {yuan(a['used'])}，余 {yuan(a['room'])}"
            if zh
            else f"cap {yuan(a['amount'])}, used {yuan(a['used'])}, left {yuan(a['room'])}"
        )
    if step.step == "stopped":
        if step.to == "over_cap":
            return (
                f"超限额费用 {yuan(a['amount'])} 由个人负担"
                if zh
                else f"{yuan(a['amount'])} above the cap stays with the person"
            )
        to = titles.get(step.to, step.to) if zh else step.to
        return (
            f"超限额费用 {yuan(a['amount'])} 转入 {to}" if zh else f"{yuan(a['amount'])} above the cap goes on to {to}"
        )
    return (
        f"本层支付 {yuan(a['paid'])}（计费 {yuan(a['cost'])}）"
        if zh
        else f"paid {yuan(a['paid'])} of {yuan(a['cost'])}"
    )


def _bands(step: Step, zh: bool) -> str:
    n = len(step.table) // 2
    edges, rates = step.table[:n], step.table[n:]
    tops = [*(format_fen(e) for e in edges[1:]), "…"]
    scale = step.amounts["scale"]
    parts = [f"{format_fen(edges[k])}–{tops[k]} × {percent(rates[k], scale)}" for k in range(n)]
    paid, before = format_fen(step.amounts["paid"]), format_fen(step.amounts["before"])
    joined = "；".join(parts) if zh else "; ".join(parts)
    return f"累计自 {before} 起分段：{joined} = {paid}" if zh else f"bands from {before}: {joined} = {paid}"


def explanation(
    scheme: Scheme,
    day: int,
    trace: Any,
    row: dict[str, Any],
    reason: str,
    warnings: tuple[str, ...],
    documents: Mapping[str, Document],
) -> dict[str, Any]:
    """The explanation as data (schema ``tongchou.explain/1``): money in fen."""
    names = {d.id: d.name for d in documents.values()}
    told = steps(scheme, day, trace)
    cited = [c for s in told for c in s.cites]
    why = reason_cite(scheme, day, reason)
    titles = {layer.name: layer.title for layer in scheme.layers} | {
        layer.intake.name: layer.title for layer in scheme.layers if layer.intake.kind == "overflow"
    }
    return {
        "titles": titles,
        "schema": SCHEMA,
        "area": scheme.area,
        "scheme": scheme.name,
        "service_date": iso(day),
        "result": {k: v for k, v in row.items() if isinstance(v, int)},
        "reason": reason,
        "reason_cite": cite_json(why.cite, names) if why else None,
        "warnings": list(warnings),
        "rounding": {"side": scheme.side, "mode": scheme.mode},
        "steps": [
            {
                "layer": s.layer,
                "title": s.title,
                "step": s.step,
                "amounts": s.amounts,
                "table": list(s.table),
                "changes": [list(c) for c in s.changes],
                "to": s.to,
                "zh": sentence(s, scheme.side, titles, "zh"),
                "en": sentence(s, scheme.side, titles, "en"),
                "cites": [cite_json(c, names) for c in s.cites],
            }
            for s in told
        ],
        "notes": {lang: _notes(cited, lang, names, documents) for lang in ("zh", "en")},
    }


def _notes(cited: list[Cite], lang: str, names: dict[str, str], documents: Mapping[str, Document]) -> list[str]:
    """Status warnings: which values the result rests on are not official, and how we read a clause."""
    out = []
    for c in dict.fromkeys(cited):
        if c.status != "official" and c.document != "scheme_file":
            word = STATUS_ZH[c.status] if lang == "zh" else c.status
            out.append(
                f"{c.id}：{word}（{names.get(c.document, c.document)} {c.clause}）"
                if lang == "zh"
                else f"{c.id}: {word} ({names.get(c.document, c.document)} {c.clause})"
            )
        if c.reading and "readings" in documents:
            clause = next((x for x in documents["readings"].clauses if x.id == c.reading), None)
            if clause:
                out.append(f"解读 {c.reading}：{clause.zh}" if lang == "zh" else f"reading {c.reading}: {clause.says}")
    return list(dict.fromkeys(out))


def headline(answer: dict[str, Any], lang: str) -> str:
    """The first lines: who, when, what each pays."""
    r, yuan = answer["result"], format_fen
    parts = [(k[7:], v) for k, v in r.items() if k.startswith("person_") and v]
    names = {f"share_{layer}": title for layer, title in answer["titles"].items()}
    who = [
        (("结算", "settlement"), answer.get("claim_id", "")),
        (("参保人", "person"), answer.get("person_id", "")),
        (("日期", "on"), answer["service_date"]),
        (("统筹区", "area"), f"{answer['area']} {answer['scheme']}"),
    ]
    first = "  ".join(f"{label[lang != 'zh']} {value}" for label, value in who if value)
    shares = (yuan(r["billed"]), yuan(r["fund_total"]), yuan(r["personal"]), yuan(r["institution"]))
    if lang == "zh":
        second = "总费用 {} = 基金 {} + 个人 {} + 机构 {}".format(*shares)
        third = "个人负担：" + "，".join(
            f"{PART_ZH.get(p, '按比例自付（' + names.get(p, p) + '）')} {yuan(v)}" for p, v in parts
        )
    else:
        second = "billed {} = funds {} + person {} + institution {}".format(*shares)
        third = "person: " + ", ".join(f"{p} {yuan(v)}" for p, v in parts)
    lines = [first, second] + ([third] if parts else [])
    if answer["reason"]:
        cite = answer["reason_cite"]
        where = f"（{cite['name']} {cite['clause']}）" if cite else ""
        lines.append(
            (f"原因 {answer['reason']}{where}" if lang == "zh" else f"reason {answer['reason']} {where}").rstrip()
        )
    if answer["warnings"]:
        lines.append(("提示 " if lang == "zh" else "warnings ") + "; ".join(answer["warnings"]))
    return "\n".join(lines)


def explanation_rows(answer: dict[str, Any], lang: str) -> list[list[str]]:
    """The steps as table rows."""
    rows, last = [], ""
    for s in answer["steps"]:
        cites = list(
            dict.fromkeys(
                f"{c['name']} {c['clause']}"
                if c["document"] != "scheme_file"
                else ("方案文件" if lang == "zh" else "scheme file")
                for c in s["cites"]
            )
        )
        status = list(dict.fromkeys(STATUS_ZH[c["status"]] if lang == "zh" else c["status"] for c in s["cites"]))
        layer = (s["title"] if lang == "zh" else s["layer"]) if s["layer"] != last else ""
        last = s["layer"]
        rows.append(
            [layer, STEP_ZH[s["step"]] if lang == "zh" else s["step"], s[lang], "\n".join(cites), " ".join(status)]
        )
    return rows


def print_explanation(answer: dict[str, Any], lang: str) -> None:
    """Headline, table of steps, and what to know of the values, on stdout."""
    from .table import terminal_table

    print(headline(answer, lang))
    zh = ["层", "步骤", "金额与算法", "条款", "可信度"]
    if answer["steps"]:
        head = zh if lang == "zh" else ["layer", "step", "amounts", "clause", "status"]
        terminal_table("", head, explanation_rows(answer, lang))
    for line in answer["notes"][lang]:
        print("· " + line)
