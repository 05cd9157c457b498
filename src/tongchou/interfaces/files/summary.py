"""The figures of a run: what came in, what each fund pays, ratios by year, layer and level against the law's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongchou.law.findings import NoRule
from tongchou.law.tables import RATE_SCALE, Const
from tongchou.law.tree import Law
from tongchou.law.which import parameter_on
from tongchou.money import format_fen

if TYPE_CHECKING:
    from .intake import Reading
    from .tally import Tally


def ratio(part: int, whole: int) -> str:
    """A ratio with four decimals, half-up, as text; empty where there is no whole."""
    if whole <= 0:
        return ""
    units = (part * 10**4 * 2 + whole) // (2 * whole)
    return f"{'-' if units < 0 else ''}{abs(units) // 10**4}.{abs(units) % 10**4:04d}"


def summarise(
    reading: Reading, tally: Tally, rows: int, reasons: dict[str, int], version: str, funds: list[str], law: Law | None
) -> dict[str, Any]:
    """The summary of a run (contract: ``summary.json``); money as decimal text."""
    total = tally.total
    paid, scope, billed = (total.get(k, 0) for k in ("fund_total", "in_scope", "billed"))
    return {
        "rows_read": rows,
        "settled": tally.settled,
        "rejected": sum(reasons.values()),
        "rejected_by_reason": dict(sorted(reasons.items())),
        "billed": format_fen(billed),
        "in_scope": format_fen(scope),
        "fund_total": format_fen(paid),
        "personal": format_fen(total.get("personal", 0)),
        "institution": format_fen(total.get("institution", 0)),
        "paid_by_layer": {f: format_fen(total.get(f"fund_{f}", 0)) for f in funds},
        "ratio_in_scope": ratio(paid, scope),
        "ratio_billed": ratio(paid, billed),
        "seconds": "",
        "law_version": version,
        "mapping": reading.mapping.describe(reading.lang) if reading.mapping else [],
        "ratios": ratios(reading, tally, funds),
        "compared": compared(reading, tally, law),
    }


def ratios(reading: Reading, tally: Tally, funds: list[str]) -> list[dict[str, Any]]:
    """Actual reimbursement ratio (实际报销比例) by scheme, benefit year, category and level, and by fund within it."""
    found: list[tuple[str, int, int, int, dict[str, int]]] = []
    for key, sums in tally.cells.items():
        scheme, *rest = key.split("|")
        y, c, at = map(int, rest)
        found.append((scheme, y, c, at, sums))
    names = list(reading.schemes)
    out: list[dict[str, Any]] = []
    for name, year, category, level, sums in sorted(found, key=lambda f: (_place(names, f[0]), *f[:4])):
        law = reading.covered_by(name)
        assert law is not None
        scope, paid = sums.get("in_scope", 0), sums.get("fund_total", 0)
        out.append(
            {
                "scheme": law.scheme.name,
                "year": year,
                "category": law.scheme.categories[category],
                "level": level,
                "claims": sums["claims"],
                "in_scope": format_fen(scope),
                "fund_total": format_fen(paid),
                "ratio_in_scope": ratio(paid, scope),
                "by_layer": {f: ratio(sums[f"fund_{f}"], scope) for f in funds if sums.get(f"fund_{f}")},
            }
        )
    return out


def _place(names: list[str], name: str) -> int:
    order = ["employee", "resident", *names]
    return order.index(name) if name in order else len(order)


def compared(reading: Reading, tally: Tally, law: Law | None) -> list[dict[str, Any]]:
    """The law's published figures (subject ``indicators``) beside the run's own ratio, for each year met (J02)."""
    if law is None:
        return []
    chain = law.chain(reading.area)
    names = sorted({n for code, n in law.parameters if n.startswith("indicators.") and code in chain})
    out = []
    for year in sorted(tally.years, key=int) if names else []:
        sums = tally.years[year]
        actual = ratio(sums.get("fund_total", 0), sums.get("in_scope", 0))
        for name in names:
            try:
                won = parameter_on(law, reading.area, name, sums["day"], reading.known)
            except NoRule:
                continue
            expr = won.version.cells[0].expr
            if won.parameter.unit != "percent" or not isinstance(expr, Const) or expr.value is None:
                continue
            doc = law.documents[won.version.cite.document]
            out.append(
                {
                    "year": int(year),
                    "parameter": name,
                    "title": won.parameter.title,
                    "figure": ratio(expr.value, RATE_SCALE),
                    "actual": actual,
                    "name": doc.name,
                    "clause": won.version.cite.clause,
                    "status": won.version.cite.status,
                }
            )
    return out
