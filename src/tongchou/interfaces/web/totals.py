"""Running totals and trial settlements as pages and programs get them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tongchou.interfaces.wording.meanings import REASON, WARNING
from tongchou.interfaces.wording.names import FUND, pick, word
from tongchou.interfaces.wording.told import explanation_rows
from tongchou.interfaces.wording.visit import answer_of
from tongchou.office.care import Totals, Trial
from tongchou.office.care.schemes import SCHEMES
from tongchou.office.care.store import as_text

from .answers import Cell
from .guard import Desk
from .words import day, moment, money

SOURCES = {
    "opening": ("期初录入", "entered"),
    "correction": ("更正", "correction"),
    "settlement": ("结算", "settlement"),
}


def amount(name: str, value: int | None) -> Cell:
    """A total as a page writes it: yuan with thousands apart, or a count of admissions."""
    if value is None:
        return Cell("—", kind="money")
    text = as_text(name, value)
    return Cell(text if name == "admissions" else money(text), kind="money")


def called(desk: Desk, one: Any) -> Cell:
    """A total's name in words, and the name that ``quote visit --used`` takes."""
    return Cell(f"{one.zh}（{one.name}）" if desk.lang == "zh" else one.name)


def sections(desk: Desk, found: Totals) -> list[tuple[str, Cell]]:
    """The totals of a person and what changed them, as parts of his page."""
    if not found.changes:
        return []
    head = (("年度", "year"), ("险种", "scheme"), ("统筹区", "pooling area"), ("累计项目", "total"),
            ("已累计", "so far"), ("年度限额", "cap of the year"), ("余额", "left"))  # fmt: skip
    rows = tuple(
        (Cell(str(t.year), kind="number"), Cell(desk.t(*SCHEMES.get(t.scheme, (t.scheme, t.scheme)))),
         Cell(desk.area(t.area), kind="area"), called(desk, t), amount(t.name, t.amount), amount(t.name, t.limit),
         amount(t.name, None if t.limit is None else t.limit - t.amount))
        for t in found.totals
    )  # fmt: skip
    parts = [
        (desk.t("待遇累计（元；住院次数为次）", "Running totals (yuan; admissions a count)"), _table(desk, head, rows))
    ]
    fields = (("编号", "No."), ("年度", "year"), ("累计项目", "total"), ("数额", "amount"), ("计入日期", "day"),
            ("来源", "source"), ("依据", "evidence"), ("冲正", "undoing"), ("登记时间", "recorded at"),
            ("登记人", "recorded by"))  # fmt: skip
    changes = tuple(
        (Cell(str(c.id), kind="number"), Cell(str(c.year), kind="number"), called(desk, c), amount(c.name, c.amount),
         Cell(day(c.on_day), kind="day"), Cell(desk.t(*SOURCES[c.source])), Cell(c.reference), Cell(_undoing(desk, c)),
         Cell(moment(c.known_from), kind="day"), Cell(c.recorded_by))
        for c in found.changes
    )  # fmt: skip
    return [*parts, (desk.t("累计变动明细", "What changed them"), _table(desk, fields, changes))]


def _table(desk: Desk, head: tuple[tuple[str, str], ...], rows: tuple[tuple[Cell, ...], ...]) -> Cell:
    return Cell(kind="table", head=tuple(desk.t(*h) for h in head), rows=rows) if rows else Cell("—")


def _undoing(desk: Desk, c: Any) -> str:
    if c.reverses:
        return desk.t(f"冲正 {c.reverses}", f"undoes {c.reverses}")
    return desk.t(f"已由 {c.undone} 冲正", f"undone by {c.undone}") if c.undone else ""


def totals_out(found: Totals) -> dict[str, Any]:
    """Totals for programs: amounts as decimal text, admissions as a count in text; moments to the microsecond."""
    told = asdict(found)
    for change in told["changes"]:
        change["known_from"] = change["known_from"].isoformat()
        change["on_day"] = change["on_day"].isoformat()
    for one in (*told["totals"], *told["changes"]):
        for key in ("amount", "limit"):
            if one.get(key) is not None:
                one[key] = as_text(one["name"], one[key])
    return told


def trial_out(found: Trial) -> dict[str, Any]:
    """A trial settlement for programs: the answer of ``quote visit --json``, and the totals before and after."""
    answer = answer_of(found.scheme, dict(found.claim), found.settlement, found.documents)
    used = [
        {"name": u.name, "zh": u.zh, "en": u.en, "before": as_text(u.name, u.before), "after": as_text(u.name, u.after),
         "limit": None if u.limit is None else as_text(u.name, u.limit)}
        for u in found.used
    ]  # fmt: skip
    return {
        "person": found.person, "status": found.status, "year": found.year, "entitlement": "not_looked_into",
        "in_future": found.in_future,
        **{k: v for k, v in answer.items() if k != "_told"}, "used": used, "not_kept": list(found.not_kept),
    }  # fmt: skip


def trial_parts(desk: Desk, found: Trial) -> dict[str, Any]:
    """A trial settlement for the page: who pays, the totals before and after, each step with its clause."""
    answer = answer_of(found.scheme, dict(found.claim), found.settlement, found.documents)
    told, lang = answer["_told"], desk.lang
    result = told["result"]
    pays = [(desk.t("总费用", "billed"), result["billed"]), (desk.t("基金支付", "funds"), result["fund_total"]),
            (desk.t("个人负担", "person"), result["personal"])]  # fmt: skip
    if result["institution"]:
        pays.append((desk.t("医疗机构负担", "institution"), result["institution"]))
    funds = [
        (word(FUND, k[5:], lang), v) for k, v in result.items() if k.startswith("fund_") and k != "fund_total" and v
    ]
    used = [
        (called(desk, u), amount(u.name, u.before), amount(u.name, u.after), amount(u.name, u.limit),
         amount(u.name, None if u.limit is None else max(u.limit - u.after, 0)))
        for u in found.used
    ]  # fmt: skip
    head = (("累计项目", "total"), ("本次之前", "before"), ("本次之后", "after"), ("年度限额", "cap of the year"),
            ("余额", "left"))  # fmt: skip
    reason = pick(REASON[answer["reason"]], lang) if answer["reason"] in REASON else answer["reason"]
    return {
        "pays": [(label, money(v)) for label, v in pays], "funds": [(label, money(v)) for label, v in funds],
        "used": _table(desk, head, tuple(used)), "steps": explanation_rows(told, lang), "reason": reason,
        "notes": [pick(WARNING[w], lang) if w in WARNING else w for w in found.settlement.warnings],
        "cites": told["notes"][lang], "not_kept": found.not_kept, "year": found.year, "in_future": found.in_future,
        "area": desk.area(found.scheme.area), "scheme": desk.t(*SCHEMES[found.scheme.name]),
    }  # fmt: skip
