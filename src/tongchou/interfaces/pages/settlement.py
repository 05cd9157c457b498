"""One settlement as a page: who pays what, the flow of the money, every step with its clause, the source beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongchou.interfaces.wording.meanings import reason_words, warning_words
from tongchou.interfaces.wording.names import (
    FUND,
    PART_MEANS,
    PERIOD,
    SCHEME,
    STATUS,
    STATUS_MEANS,
    STEP,
    layer_title,
    pick,
    word,
)
from tongchou.interfaces.wording.sentences import rounding
from tongchou.interfaces.wording.told import explanation
from tongchou.law.days import iso
from tongchou.law.documents import Document
from tongchou.law.tables import Scheme

from .cited import Citations
from .draw import lying, standing
from .facts import category_of, facts_of
from .flow import Flow, flow_of, layers_paid
from .source import source_lines
from .text import environment, grouped, grouped_text, masked


@dataclass(frozen=True)
class Told:
    """All that a page needs of one settlement; money in fen, days ordinal."""

    scheme: Scheme
    claim: Mapping[str, int]
    """Kernel inputs and ``day``."""
    row: Mapping[str, Any]
    """The settled row: ``billed``, ``fund_*``, ``fund_total``, ``person_*``, ``personal``, ``institution``."""
    trace: tuple[tuple[object, ...], ...]
    reason: str
    warnings: tuple[str, ...]
    documents: Mapping[str, Document]
    area_name: str = ""
    claim_id: str = ""
    person_id: str = ""
    disease: str = ""
    reverses: str = ""
    known: str = ""
    """Law as known on this day (YYYY-MM-DD); empty: all that is known."""


SOURCES = ("您付的部分从哪里付", "what your part is paid from")


def settlement_page(told: Told, lang: str = "zh") -> str:
    """The page as HTML text. Raises AssertionError where the settlement does not add up."""
    scheme, day = told.scheme, told.claim["day"]
    answer = explanation(scheme, day, told.trace, dict(told.row), told.reason, told.warnings, told.documents)
    row = answer["result"]
    if row["billed"] != row["fund_total"] + row["personal"] + row["institution"]:
        raise AssertionError("the settlement does not add up to its bill")
    flow = flow_of(answer, lang)
    cited = Citations(told.documents, lang)
    layers = _layers(scheme, answer, cited, lang)
    why = answer["reason_cite"]
    category = category_of(scheme, told.claim)
    return (
        environment()
        .get_template("settlement.html.j2")
        .render(
            lang=lang,
            t=lambda zh, en: pick((zh, en), lang),
            told=told,
            row=row,
            headline=headline(flow, row, category, lang),
            spoken=spoken(flow, lang),
            person=masked(told.person_id),
            date=iso(day),
            area=f"{told.area_name} {scheme.area}".strip(),
            scheme_title=scheme.title if lang == "zh" else word(SCHEME, scheme.name, lang),
            facts=facts_of(scheme, told.claim, told.disease, lang),
            flow=flow,
            pictures=[lying(flow, lang), standing(flow, lang)] if flow.total else [],
            payers=_payers(flow, scheme, lang),
            layers=layers,
            left=_left(scheme, answer, lang),
            reason=reason_words(told.reason, lang) if told.reason else "",
            reason_at=cited.mark(why) if why else None,
            warnings=[(w, warning_words(w, lang)) for w in told.warnings if w != told.reason],
            cited=cited.listed(),
            status_means=[(s, word(STATUS, s, lang), pick(STATUS_MEANS[s], lang)) for s in cited.statuses()],
            rounding=pick(rounding(scheme), lang),
            source=source_lines(scheme, day, told.claim.get("category", -1), {x["name"] for x in layers}),
        )
    )


def headline(flow: Flow, row: Mapping[str, int], category: str, lang: str) -> list[str]:
    """Who pays what, in one sentence that a villager understands; its clauses one by one."""
    billed, fund, own, kept = row["billed"], row["fund_total"], row["personal"], row["institution"]
    if flow.sign < 0:
        zh = [
            f"撤销一笔 {grouped(-billed)} 元的结算：",
            f"基金收回 {grouped(-fund)} 元，" if fund else "",
            f"退您 {grouped(-own)} 元",
        ]
        en = [
            f"A settlement of {grouped(-billed)} yuan is undone:",
            f"the funds take back {grouped(-fund)}," if fund else "",
            f"you get back {grouped(-own)}",
        ]
        return [c for c in (zh if lang == "zh" else en) if c]
    what = {"inpatient": ("这次住院", "This stay"), "delivery": ("这次分娩", "This delivery")}.get(
        category, ("这次看病", "This visit")
    )
    zh = [f"{what[0]} {grouped(billed)} 元：", f"基金付 {grouped(fund)} 元，" if fund else "基金不付，"]
    zh.append(f"您付 {grouped(own)} 元")
    en = [
        f"{what[1]} cost {grouped(billed)} yuan:",
        f"the funds pay {grouped(fund)}," if fund else "the funds pay nothing,",
    ]
    en.append(f"you pay {grouped(own)}")
    if kept > 0:
        zh[-1], en[-1] = zh[-1] + "，", en[-1] + ","
        zh.append(f"医院承担 {grouped(kept)} 元")
        en.append(f"the institution bears {grouped(kept)}")
    if kept < 0:
        zh[-1], en[-1] = zh[-1] + "；", en[-1] + ";"
        zh.append(f"基金按定额付，多出的 {grouped(-kept)} 元归医院")
        en.append(f"a fixed sum is paid, and the {grouped(-kept)} above the bill is the institution's")
    return zh if lang == "zh" else en


def spoken(flow: Flow, lang: str) -> str:
    """The picture for those who cannot see it."""
    lead = pick(
        (f"费用流向图。总费用 {grouped(flow.billed)} 元", f"Where the money goes. Billed {grouped(flow.billed)}"), lang
    )
    if flow.surplus:
        lead += pick((f"，加定额结余 {grouped(flow.surplus)} 元", f", package surplus {grouped(flow.surplus)}"), lang)
    who = {"fund": ("基金 ", "fund "), "person": ("您 ", "you: "), "institution": ("", "")}
    told = [f"{pick(who[b.kind], lang)}{b.name} {grouped(b.amount)}" for b in flow.branches]
    return lead + pick(("：", ": "), lang) + pick(("；", "; "), lang).join(told)


def _payers(flow: Flow, scheme: Scheme, lang: str) -> list[dict[str, Any]]:
    """The table of who pays: name, what it means, amount; grouped."""
    funds = {layer.name: layer.fund for layer in scheme.layers}
    out = []
    for kind, heading, mine in flow.groups(lang):
        lines = []
        for b in mine:
            means = ""
            if kind == "person":
                means = pick(
                    PART_MEANS["share"] if b.code.startswith("share_") else PART_MEANS.get(b.code, ("", "")), lang
                )
            elif (fund := funds.get(b.code, b.code)) != b.code:
                means = pick(("记入基金：", "booked to: "), lang) + word(FUND, fund, lang)
            lines.append({"name": b.name, "means": means, "amount": b.amount, "code": b.code, "number": b.number})
        out.append({"kind": kind, "name": heading, "amount": sum(b.amount for b in mine), "lines": lines})
    return out


def _layers(scheme: Scheme, answer: Mapping[str, Any], cited: Citations, lang: str) -> list[dict[str, Any]]:
    """Each layer that was met with its steps in words and the number of each clause in the list of grounds.

    Layers of the own account and the sources of the person's part have no number: they are no part of the picture.
    """
    numbers = {name: (number, paid) for number, (name, _, paid) in enumerate(layers_paid(answer), 1)}
    out: dict[str, dict[str, Any]] = {}
    for s in answer["steps"]:
        source = s["step"] == "source"
        name = "" if source else s["layer"]
        if name not in out:
            number, paid = numbers.get(name, (0, 0))
            title = pick(SOURCES, lang) if source else layer_title(name, s["title"], lang)
            out[name] = {"number": number, "name": name, "title": title, "paid": paid, "own": False, "steps": []}
        if s["step"] in ("own", "source"):
            out[name]["paid"] += s["amounts"]["paid"]
            out[name]["own"] = True
        out[name]["steps"].append(
            {
                "kind": s["step"],
                "name": word(STEP, s["step"], lang),
                "text": grouped_text(s[lang]),
                "at": cited.marks(s["cites"]),
            }
        )
    return list(out.values())


def _left(scheme: Scheme, answer: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """Each cap with a period that was met: its amount, used before, used now, what is left."""
    out = []
    layers = {layer.name: layer for layer in scheme.layers}
    for s in answer["steps"]:
        if s["step"] != "cap":
            continue
        layer = layers[s["layer"]]
        cap = layer.caps[s["amounts"]["cap_no"]]
        if cap.per in ("none", "visit"):
            continue
        now = _counted(answer, s["layer"], cap.limits, cap.before_deductible and not _edge(layer))
        a = s["amounts"]
        out.append(
            {
                "title": layer_title(layer.name, layer.title, lang),
                "per": pick(PERIOD.get(cap.per, ("", "")), lang),
                "limits": pick(
                    ("支付限额", "cap on payment") if cap.limits == "payment" else ("费用限额", "cap on cost"), lang
                ),
                "amount": a["amount"],
                "used": a["used"],
                "now": now,
                "left": max(0, a["amount"] - a["used"] - now),
            }
        )
    return out


def _edge(layer: Any) -> bool:
    return layer.deductible is None or layer.deductible.edge


def _counted(answer: Mapping[str, Any], layer: str, limits: str, with_deductible: bool) -> int:
    """What this claim adds to a cap's total: the payment, or the cost the layer took."""
    mine = [s for s in answer["steps"] if s["layer"] == layer]
    out = next((s["amounts"] for s in mine if s["step"] == "out"), {"paid": 0, "cost": 0})
    if limits == "payment":
        return int(out["paid"])
    return int(out["cost"]) + (
        sum(s["amounts"]["taken"] for s in mine if s["step"] == "taken") if with_deductible else 0
    )
