"""The figures of a run: what came in, what each fund pays, ratios by year, layer and level against the law's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tongchou.law.findings import NoRule
from tongchou.law.tables import RATE_SCALE, Const
from tongchou.law.which import parameter_on
from tongchou.money import format_fen
from tongchou.rules.settlement.calendar import periods

if TYPE_CHECKING:
    from .settling import FileRun

Ints = NDArray[np.int64]


def ratio(part: int, whole: int) -> str:
    """A ratio with four decimals, half-up, as text; empty where there is no whole."""
    if whole <= 0:
        return ""
    units = (part * 10**4 * 2 + whole) // (2 * whole)
    return f"{'-' if units < 0 else ''}{abs(units) // 10**4}.{abs(units) % 10**4:04d}"


def summarise(run: FileRun, kept: Ints, columns: dict[str, Ints], seconds: float, lang: str = "zh") -> dict[str, Any]:
    """The summary of a run (contract: ``summary.json``); money as decimal text."""
    total = {k: int(v[kept].sum()) for k, v in columns.items()}
    rejected = run.claims.rejected
    reasons = rejected.by_reason()
    return {
        "rows_read": run.claims.rows_read,
        "settled": len(kept),
        "rejected": len(rejected),
        "rejected_by_reason": reasons,
        "billed": format_fen(total["billed"]),
        "in_scope": format_fen(total["in_scope"]),
        "fund_total": format_fen(total["fund_total"]),
        "personal": format_fen(total["personal"]),
        "institution": format_fen(total["institution"]),
        "paid_by_layer": {
            k[5:]: format_fen(v) for k, v in total.items() if k.startswith("fund_") and k != "fund_total"
        },
        "ratio_in_scope": ratio(total["fund_total"], total["in_scope"]),
        "ratio_billed": ratio(total["fund_total"], total["billed"]),
        "seconds": f"{seconds:.3f}",
        "law_version": run.version,
        "mapping": run.mapping.describe(lang) if run.mapping else [],
        "notes": [note.in_lang(lang) for note in run.claims.notes],
        "ratios": ratios(run, kept, columns),
        "compared": compared(run, kept, columns),
    }


def ratios(run: FileRun, kept: Ints, columns: dict[str, Ints]) -> list[dict[str, Any]]:
    """Actual reimbursement ratio (实际报销比例) by scheme, benefit year, category and level, and by fund within it."""
    out: list[dict[str, Any]] = []
    good = np.zeros(len(run.claims), np.bool_)
    good[kept] = True
    for r in run.runs:
        rows = r.rows[good[r.rows]]
        if len(rows) == 0:
            continue
        year = periods(run.claims.day[rows], "year", r.scheme.year_starts)
        category = r.claims.category[good[r.rows]].astype(np.int64)
        level = run.claims.columns["level"][rows].astype(np.int64)
        cell = (year * 100 + category) * 10 + level
        funds = [k for k in columns if k.startswith("fund_") and k != "fund_total" and columns[k][rows].any()]
        for c in np.unique(cell).tolist():
            at = rows[cell == c]
            scope = int(columns["in_scope"][at].sum())
            paid = int(columns["fund_total"][at].sum())
            out.append(
                {
                    "scheme": r.scheme.name,
                    "year": c // 1000,
                    "category": r.scheme.categories[c // 10 % 100],
                    "level": c % 10,
                    "claims": len(at),
                    "in_scope": format_fen(scope),
                    "fund_total": format_fen(paid),
                    "ratio_in_scope": ratio(paid, scope),
                    "by_layer": {k[5:]: ratio(int(columns[k][at].sum()), scope) for k in funds if columns[k][at].any()},
                }
            )
    return out


def compared(run: FileRun, kept: Ints, columns: dict[str, Ints]) -> list[dict[str, Any]]:
    """The law's published figures (subject ``indicators``) beside the run's own ratio, for each year met (J02)."""
    if run.law is None or len(kept) == 0:
        return []
    names = sorted(
        {n for code, n in run.law.parameters if n.startswith("indicators.") and code in run.law.chain(run.area)}
    )
    days = run.claims.day[kept]
    year = periods(days, "year", (1, 1))
    out = []
    for y in np.unique(year).tolist() if names else []:
        at = kept[year == y]
        actual = ratio(int(columns["fund_total"][at].sum()), int(columns["in_scope"][at].sum()))
        for name in names:
            try:
                won = parameter_on(run.law, run.area, name, int(days[year == y].max()), run.known)
            except NoRule:
                continue
            expr = won.version.cells[0].expr
            if won.parameter.unit != "percent" or not isinstance(expr, Const) or expr.value is None:
                continue
            doc = run.law.documents[won.version.cite.document]
            out.append(
                {
                    "year": y,
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
