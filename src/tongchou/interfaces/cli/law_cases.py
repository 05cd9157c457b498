"""Worked cases run: each claim settled as at the counter, each expected column compared to the fen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from tongchou.interfaces.wording.visit import answer_of
from tongchou.law.cases import Case, CaseClaim, Written, differs, refused, unknown_column
from tongchou.law.days import iso
from tongchou.law.documents import Document
from tongchou.law.findings import Finding, NoRule
from tongchou.law.tables import BILL_PARTS, STANDARD_FUNDS, Scheme
from tongchou.money import format_fen, parse_fen
from tongchou.rules.settlement.claim_text import claim_from_text
from tongchou.rules.settlement.desk import desk_of, used_slots
from tongchou.rules.settlement.person import OnePerson
from tongchou.rules.settlement.visit import covered, in_force, used_totals

from .refusals import Refused

ROW_COLUMNS = ("service_date", "claim_id", "person_id", "billed", "in_scope", "born", *BILL_PARTS)
"""Columns of a claim besides the scheme's attributes."""
COURSE_COLUMNS = ("episode", "reverses")
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]{1,2})?\Z")
_OPTION = re.compile(r"--([a-z][a-z-]*)")


class Ran(Struct):
    """What came of the cases: how many held, and of those that did not each difference with its explanation."""

    cases: int = 0
    claims: int = 0
    columns: int = 0
    failed: int = 0
    findings: list[Finding] = []
    told: list[tuple[str, dict[str, Any]]] = []
    """(case and claim, the explanation as data) of each claim that differs."""


def run_cases(
    cases: Sequence[Case],
    scheme_of: Callable[[Case], Scheme],
    documents: Mapping[str, Document],
    progress: Callable[[int, int], None] | None = None,
) -> Ran:
    """Settle every case and compare; ``scheme_of`` gives the law of a case and may refuse with NoRule."""
    ran = Ran(findings=[], told=[])
    for i, case in enumerate(cases):
        before = len(ran.findings)
        try:
            scheme = scheme_of(case)
        except NoRule as e:
            ran.findings.append(refused(case.place, case.name, str(e)))
        else:
            _Run(ran, case, scheme, documents).run()
        ran.cases += 1
        ran.failed += len(ran.findings) > before
        if progress:
            progress(i + 1, len(cases))
    return ran


class _Run:
    """One case being settled."""

    def __init__(self, ran: Ran, case: Case, scheme: Scheme, documents: Mapping[str, Document]) -> None:
        self.ran, self.case, self.scheme, self.documents = ran, case, scheme, documents
        self.parts = {f"part_{x.intake.name}" for x in scheme.layers if x.intake.kind == "part"}
        own = {n for a in scheme.attributes if a.kind != "state" for n in (a.source or a.name, a.name)}
        self.columns = {*ROW_COLUMNS, *COURSE_COLUMNS, *own, *self.parts}
        self.results = result_columns(scheme)
        self.answers: dict[str, dict[str, Any]] = {}

    def run(self) -> None:
        used = ",".join(f"{k}={w.text}" for k, w in self.case.used.items())
        try:
            person = OnePerson(self.scheme, used_totals(used_slots(self.scheme), used))
        except Refused as e:
            place = next(iter(self.case.used.values())).place
            self.ran.findings.append(refused(place, f"{self.case.name} used", _words(e)))
            return
        for i, claim in enumerate(self.case.claims):
            self._claim(person, claim, f"{self.case.name} [{i + 1}]")
            self.ran.claims += 1

    def _claim(self, person: OnePerson, claim: CaseClaim, where: str) -> None:
        faults = [unknown_column(w, k, where, self.columns) for k, w in claim.cells.items() if k not in self.columns]
        expected = {k: w for k, w in claim.expect.items() if k in self.results}
        faults += [
            unknown_column(w, k, f"{where}.expect", self.results) for k, w in claim.expect.items() if k not in expected
        ]
        self.ran.findings += faults
        if faults:
            return
        wish = expected.pop("refused", None)
        try:
            answer = self._settle(person, claim)
        except (Refused, NoRule) as e:
            self._refusal(claim, where, wish, e)
            return
        found = [differs(wish, f"{where}.refused", wish.text, "settled", self.case.source)] if wish else []
        found += [f for k, w in expected.items() if (f := self._compare(k, w, answer, where)) is not None]
        self.ran.columns += len(expected)
        self.ran.findings += found
        if found and "_told" in answer:
            self.ran.told.append((where, answer["_told"]))

    def _refusal(self, claim: CaseClaim, where: str, wish: Written | None, error: Refused | NoRule) -> None:
        code = "no_rule" if isinstance(error, NoRule) else str(error).partition(":")[0]
        if wish is None:
            self.ran.findings.append(refused(claim.place, where, _words(error)))
        elif wish.text != code:
            self.ran.findings.append(differs(wish, f"{where}.refused", wish.text, code, self.case.source))
        else:
            self.ran.columns += 1

    def _settle(self, person: OnePerson, claim: CaseClaim) -> dict[str, Any]:
        fields = {k: w.text for k, w in claim.cells.items()}
        day = _day(claim.cells["service_date"].text)
        claim_id, episode, back = (fields.pop(k, "") for k in ("claim_id", "episode", "reverses"))
        given = claim_from_text(self.scheme, day, fields)
        in_force(self.scheme, fields["category"], day, self.case.known)
        covered(desk_of(self.scheme, day, self.documents), given, fields, self.case.known)
        if back:
            return self._reverse(person, given, back)
        got = person.settle(given, claim_id, episode)
        answer = answer_of(self.scheme, given, got, self.documents)
        answer["warnings"] = ";".join(sorted(got.warnings))
        answer["_claim"] = given
        if claim_id:
            self.answers[claim_id] = answer
        return answer

    def _reverse(self, person: OnePerson, given: dict[str, int], back: str) -> dict[str, Any]:
        before = self.answers.get(back)
        if before is None:
            raise Refused(
                f"reverses_unknown: {back!r}: 此前没有这笔明细 no earlier claim of the case has this claim_id"
            )
        if any(before["_claim"][k] != given[k] for k in ("billed", "in_scope", *BILL_PARTS)):
            raise Refused(f"reverses_not_equal: {back!r}: 金额须与原明细相同 the amounts must be those of the original")
        person.reverse(back)
        del self.answers[back]
        return {
            k: (v[1:] if v.startswith("-") else v if v == "0.00" else f"-{v}") if k not in TEXTS and _is_money(v) else v
            for k, v in before.items()
            if not k.startswith("_")
        }

    def _compare(self, key: str, wanted: Written, answer: dict[str, Any], where: str) -> Finding | None:
        got = answer.get(key, "0.00")
        if key in TEXTS:
            want = ";".join(sorted(filter(None, wanted.text.split(";")))) if key == "warnings" else wanted.text
            same = want == got
        else:
            if not _is_money(wanted.text):
                return refused(wanted.place, f"{where}.expect.{key}", f"not_money: {wanted.text!r}")
            want = format_fen(_fen(wanted.text))
            same = _fen(wanted.text) == _fen(got)
        return None if same else differs(wanted, f"{where}.{key}", want or "''", got or "''", self.case.source)


TEXTS = ("reason", "warnings", "area", "scheme", "service_date", "law_version", "schema")
"""Columns of an answer that hold no money."""


def result_columns(scheme: Scheme) -> set[str]:
    """Every column that a case may expect of a settlement, and ``refused``."""
    funds = {f"fund_{f}" for f in (*STANDARD_FUNDS, *(x.fund for x in scheme.layers))}
    parts = {"unclaimed", "deductible", "prepay", "over_cap", "over_price", *BILL_PARTS}
    parts |= {f"share_{x.name}" for x in scheme.layers if x.intake.kind != "burden"}
    sums = {"billed", "in_scope", "deductible", "fund_total", "personal", "paid_by_cash", "institution"}
    return funds | {f"person_{p}" for p in parts} | sums | {"reason", "warnings", "refused"}


def _day(text: str) -> int:
    import datetime as dt

    try:
        if len(text) != 10:
            raise ValueError
        return dt.date.fromisoformat(text).toordinal()
    except ValueError:
        raise Refused(f"not_a_date: --service-date: YYYY-MM-DD, 不是 not {text!r}") from None


def _is_money(text: Any) -> bool:
    return isinstance(text, str) and _AMOUNT.match(text) is not None


def _fen(text: str) -> int:
    return -parse_fen(text[1:]) if text.startswith("-") else parse_fen(text)


def _words(error: Exception) -> str:
    """A refusal of the counter in the words of a claims file: columns, not options."""
    return _OPTION.sub(lambda m: m[1].replace("-", "_"), str(error))


def summary(ran: Ran, known: int | None, lang: str) -> str:
    """One line: how many cases, claims and columns, and how many cases do not hold."""
    day = "" if known is None else (f"（按 {iso(known)} 已知）" if lang == "zh" else f" (as known on {iso(known)})")
    if not ran.cases:
        return "没有算例" if lang == "zh" else "no worked cases"
    if lang == "zh":
        told = f"算例{day} {ran.cases} 个、{ran.claims} 笔、{ran.columns} 项："
        return told + (f"{ran.failed} 个不符" if ran.failed else "全部相符")
    told = f"worked cases{day}: {ran.cases} with {ran.claims} claims, {ran.columns} columns: "
    return told + (f"{ran.failed} {'does' if ran.failed == 1 else 'do'} not hold" if ran.failed else "all hold")
