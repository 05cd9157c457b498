"""What keys and codes are called on pages, beyond what the operations themselves say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from .guard import operations, room

LABELS = {
    "command": ("申请编号", "command"),
    "would": ("审批通过后将产生", "once approved"),
    "verdict": ("处理结果", "verdict"),
    "again": ("重复提交，返回首次结果", "sent before; this is the first answer"),
    "before": ("此前版本", "version before"),
    "diff": ("变动的文件", "files that differ"),
    "added": ("新增", "added"),
    "removed": ("删除", "removed"),
    "changed": ("修改", "changed"),
    "staff": ("登录名", "login"),
    "grant": ("授权编号", "grant"),
    "role": ("角色", "role"),
    "area": ("地区", "area"),
    "person": ("人员编号", "person"),
    "employer": ("单位编号", "employer"),
    "entry": ("分录编号", "entry"),
    "entries": ("分录", "entries"),
    "amount": ("金额（元）", "amount (yuan)"),
    "total": ("合计", "total"),
    "count": ("笔数", "count"),
    "arguments": ("申请内容", "arguments"),
    "answer": ("结果", "answer"),
    "asked_by": ("申请人", "asked by"),
    "reason": ("原因", "reason"),
    "purpose": ("用途", "purpose"),
    "until": ("有效至", "until"),
    "name": ("名称", "name"),
    "demo": ("演示账号", "demonstration login"),
    "ended": ("已停用", "ended"),
    "rows": ("行数", "rows"),
    "listing": ("列表", "list"),
    "filters": ("筛选条件", "filters"),
    "format": ("格式", "format"),
    "job": ("任务", "job"),
    "file": ("文件", "file"),
    "id": ("编号", "No."),
    "masked": ("证件号码", "number"),
    "number_kind": ("证件类型", "kind of number"),
    "sex": ("性别", "sex"),
    "born": ("出生日期", "born"),
    "state": ("状态", "state"),
    "standing": ("状态", "standing"),
    "code": ("代码", "code"),
    "kind": ("类型", "kind"),
    "origin": ("设立方式", "origin"),
    "enrolments": ("参保关系", "Enrolments"),
    "events": ("死亡与出境", "Deaths and emigrations"),
    "months": ("缴费月数", "months"),
    "transfers": ("转移接续", "Transfers"),
    "filings": ("备案", "Filings"),
    "merges": ("合并记录", "Merges"),
    "versions": ("历次登记信息", "What was known before"),
    "enrolled": ("在册人数", "Enrolled"),
    "standings": ("历次状态", "Standings"),
    "people": ("人数", "people"),
    "insurance": ("险种", "insurance"),
    "way": ("参保方式", "way"),
    "status": ("人员类别", "status"),
    "line": ("险种", "line"),
    "employer_name": ("单位名称", "employer's name"),
    "begins": ("开始日", "first day"),
    "first_day": ("开始日", "first day"),
    "since": ("自", "since"),
    "last_day": ("最后一日", "last day"),
    "first": ("首月", "first month"),
    "last": ("末月", "last month"),
    "source": ("来源", "source"),
    "evidence": ("依据", "evidence"),
    "liability": ("未清债务（元）", "liability (yuan)"),
    "happened_on": ("发生日期", "happened on"),
    "event": ("事件", "event"),
    "certificate": ("凭证号", "certificate"),
    "direction": ("方向", "direction"),
    "other_area": ("对方地区", "other area"),
    "on_day": ("日期", "day"),
    "sum_fen": ("金额（元）", "sum (yuan)"),
    "loser": ("并入的记录", "record merged in"),
    "winner": ("保留的记录", "record kept"),
    "known_from": ("登记时间", "recorded at"),
    "known_until": ("失效时间", "ended at"),
    "recorded_by": ("登记人", "recorded by"),
    "ended_by": ("终止人", "ended by"),
    "ended_because": ("终止原因", "why it ended"),
    "read": ("读入行数", "rows read"),
    "accepted": ("通过行数", "rows accepted"),
    "rejected": ("退回行数", "rows rejected"),
    "seconds": ("用时（秒）", "seconds"),
    "fault": ("错误", "fault"),
    "field": ("字段", "field"),
    "zh": ("说明", "in Chinese"),
    "en": ("英文说明", "in English"),
    "row": ("行号", "row"),
    "by_code": ("退回原因统计", "rejected by reason"),
    "first_rejected": ("最先退回的行", "first rejected rows"),
    "why": ("原因", "why"),
    "unread": ("未使用的列", "columns not used"),
    "lines": ("分录明细", "lines"),
    "sealed": ("已封存记录", "records sealed"),
    "unsealed": ("未封存记录", "records not sealed"),
    "checks": ("检查项", "checks"),
    "where": ("位置", "where"),
    "dry_run": ("仅试算", "dry run"),
    "on": ("日期", "day"),
    "was": ("原登记事件", "what was recorded"),
    "spells_back": ("恢复的参保期间", "spells that are back"),
    "same": ("相同信息", "what is the same"),
    "differs": ("不同信息", "what differs"),
    "moved": ("转入保留记录的内容", "what moves to the record kept"),
    "paid_twice": ("重复缴费月份", "months paid twice"),
    "kinds": ("各类月份", "months by kind"),
    "counted": ("计入月份", "months that count"),
    "left_out": ("不重复计入的月份", "months left out"),
    "sum": ("金额（元）", "sum (yuan)"),
    "year": ("年度", "year"),
    "changes": ("累计变动", "changes"),
    "pooling_area": ("统筹区", "pooling area"),
    "scheme": ("险种", "scheme"),
    "voucher": ("凭证编号", "voucher"),
    "transfer": ("转移编号", "transfer"),
    "merge": ("合并编号", "merge"),
    "remittance": ("上解编号", "remittance"),
    "found": ("查到的人员", "who was found"),
    "fund": ("基金", "fund"),
    "reference": ("凭证号", "reference"),
    "party": ("对方", "party"),
    "said": ("内容", "what is said"),
    "number": ("证件号码", "number"),
    "filing": ("备案编号", "filing"),
}
STATES = {
    "dead": ("已死亡", "dead"),
    "emigrated": ("已出境定居", "emigrated"),
    "active": ("在职", "active"),
    "retired": ("退休", "retired"),
    "resident": ("居民", "resident"),
    "none": ("未参保", "in nothing today"),
}
"""What a person is today (``PersonRow.state``)."""
BOOKS = {
    "book": {"obligation": ("往来账", "obligations"), "fund": ("基金账", "fund")},
    "kind": {
        "asset": ("资产", "asset"),
        "liability": ("负债", "liability"),
        "income": ("收入", "income"),
        "spending": ("支出", "spending"),
        "result": ("结余", "result"),
    },
}
"""Books and kinds of accounts."""
KEPT = {
    "insurance": ("registry.spells", "INSURANCES"),
    "way": ("registry.spells", "WAYS"),
    "status": ("registry.spells", "STATUSES"),
    "standing": ("registry.employers", "STANDINGS"),
    "origin": ("registry.employers", "ORIGINS"),
    "number_kind": ("registry.numbers", "KINDS"),
    "sex": ("registry.numbers", "SEXES"),
    "event": ("registry.life.death", "EVENTS"),
    "line": ("registry.life.transfer", "LINES"),
    "fund": ("books.vouchers", "FUNDS"),
}
"""Where the office keeps the names of the codes of a key: module and table."""


@cache
def table(key: str) -> Mapping[str, tuple[str, str]]:
    """Code → names of a key, as the office keeps them; empty where it keeps none."""
    module, name = KEPT.get(key, ("", ""))
    return dict(getattr(room(module), name, {})) if module else {}


def code_name(key: str, code: str) -> tuple[str, str] | None:
    """The names of a code that stands under a key; None where nobody gave it one."""
    if key == "state" and code in STATES:
        return STATES[code]
    return table(key).get(code) or _choices().get((key, code))


@cache
def field_names() -> dict[str, tuple[str, str]]:
    """Names of arguments, of all operations; where they differ, ``LABELS`` has the one that fits each."""
    return {f.name: (f.zh, f.en) for o in operations().values() for f in o.fields}


@cache
def _choices() -> dict[tuple[str, str], tuple[str, str]]:
    """Names of codes by (field, code), where every operation that has the field means the same by it."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for o in operations().values():
        for f in o.fields:
            for code, zh, en in f.choices:
                found.setdefault((f.name, code), set()).add((zh, en))
    return {k: next(iter(v)) for k, v in found.items() if len(v) == 1}
