"""Why two runs of one file differ: which claims, by how much in each fund, and which law values each of them used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from tongchou.interfaces.files.refusal import FileRefused
from tongchou.law.days import iso
from tongchou.law.resolve import all_values
from tongchou.law.show import on_day, version_text
from tongchou.law.tables import Cite, Expr, IndexTimes, MinOf, Scheme, SumOf, Value
from tongchou.money import format_fen
from tongchou.rules.settlement.steps import reason_cite, steps

from .common import terminal_table

BILL = ("billed", "in_scope")
OTHER_MONEY = ("deductible", "fund_total", "personal", "institution")


def diff_runs(first: Path, second: Path, limit: int) -> dict[str, Any]:
    """Counts and sums by fund, then up to ``limit`` claims with the values that only one of the runs used."""
    import polars as pl

    a, b = _settlements(first), _settlements(second)
    money = [c for c in dict.fromkeys([*a.columns, *b.columns]) if c.startswith("fund_") or c in OTHER_MONEY]
    for c in money:
        a, b = (t if c in t.columns else t.with_columns(pl.lit(0, pl.Int64).alias(c)) for t in (a, b))
    both = a.join(b, on="claim_id", how="inner", suffix="_2", maintain_order="left")
    same_bill = pl.all_horizontal(pl.col(c) == pl.col(f"{c}_2") for c in BILL)
    foreign = both.filter(~same_bill)["claim_id"].to_list()
    both = both.filter(same_bill)
    unlike = both.filter(pl.any_horizontal(pl.col(c) != pl.col(f"{c}_2") for c in money))
    only = {k: t.join(u, on="claim_id", how="anti")["claim_id"].to_list() for k, t, u in ((0, a, b), (1, b, a))}
    funds = [
        {
            "column": c,
            "claims": unlike.filter(pl.col(c) != pl.col(f"{c}_2")).height,
            "first": format_fen(int(both[c].sum())),
            "second": format_fen(int(both[f"{c}_2"].sum())),
            "difference": format_fen(int(both[f"{c}_2"].sum()) - int(both[c].sum())),
        }
        for c in money
        if unlike.height and bool((unlike[c] != unlike[f"{c}_2"]).any())
    ]
    return {
        "first": str(first),
        "second": str(second),
        "claims": both.height,
        "different": unlike.height,
        "only_first": len(only[0]),
        "only_second": len(only[1]),
        "other_bill": len(foreign),
        "funds": funds,
        "explained": [_claim(first, second, row, money) for row in unlike.head(limit).to_dicts()],
    }


def _settlements(folder: Path) -> Any:
    """The money columns of a run's settlements, by claim."""
    import polars as pl

    try:
        table = pl.scan_parquet(folder / "settlements.parquet")
        names = table.collect_schema().names()
        wanted = [c for c in names if c in (*BILL, *OTHER_MONEY) or c.startswith("fund_")]
        return table.select("claim_id", *wanted).collect()
    except (OSError, pl.exceptions.PolarsError) as e:
        raise FileRefused(
            "not_a_run",
            f"{folder} 不是 settle 的输出目录：没有可读的 settlements.parquet",
            f"{folder} is no output folder of settle: it has no readable settlements.parquet",
        ) from e


def _claim(first: Path, second: Path, row: dict[str, Any], money: list[str]) -> dict[str, Any]:
    """One claim: amounts of both, the values that only one used, and the totals that the two began with."""
    from tongchou.interfaces.files.replay import replay
    from tongchou.interfaces.wording.sentences import sentence
    from tongchou.interfaces.wording.told import titles_of

    told = [replay(folder, row["claim_id"]) for folder in (first, second)]
    uses = [_uses(t) for t in told]
    lines: list[dict[tuple[str, str], str]] = []
    for t in told:
        titles = titles_of(t.scheme)
        found = steps(t.scheme, t.claim["day"], t.trace)
        lines.append({(s.layer, s.step): sentence(s, t.scheme, titles, "zh") for s in found})
    totals = [{_slot(k): v for k, v in t.before.items() if v} for t in told]
    return {
        "claim_id": row["claim_id"],
        "person_id": told[0].person_id,
        "service_date": iso(told[0].claim["day"]),
        "scheme": [f"{t.scheme.area}/{t.scheme.name}" for t in told],
        "reverses": told[0].reverses,
        "amounts": [
            {"column": c, "first": format_fen(row[c]), "second": format_fen(row[f"{c}_2"])}
            for c in money
            if row[c] != row[f"{c}_2"]
        ],
        "reasons": [t.reason for t in told],
        "values": [
            {"value": k, "first": uses[0].get(k), "second": uses[1].get(k)}
            for k in dict.fromkeys([*uses[0], *uses[1]])
            if uses[0].get(k) != uses[1].get(k)
        ],
        "totals_before": [
            {"total": k, "first": _amount(k, totals[0].get(k, 0)), "second": _amount(k, totals[1].get(k, 0))}
            for k in dict.fromkeys([*totals[0], *totals[1]])
            if totals[0].get(k, 0) != totals[1].get(k, 0)
        ],
        "steps": [
            {"layer": k[0], "step": k[1], "first": lines[0].get(k, ""), "second": lines[1].get(k, "")}
            for k in dict.fromkeys([*lines[0], *lines[1]])
            if lines[0].get(k) != lines[1].get(k)
        ],
    }


def _slot(slot: tuple[str, str, str]) -> str:
    return " / ".join(filter(None, slot))


def _amount(slot: str, value: int) -> str:
    counts = slot.startswith(("admissions", "episode_admission"))
    return str(value) if counts else format_fen(value)


def _uses(told: Any) -> dict[str, dict[str, str]]:
    """The law values that a settlement rests on, by address: what each says, where, since when known."""
    scheme, day = told.scheme, told.claim["day"]
    names = {d.id: d.name for d in told.documents.values()}
    cites = [c for s in steps(scheme, day, told.trace) for c in s.cites]
    why = reason_cite(scheme, day, told.reason)
    cites += [why.cite] if why else []
    texts = {c: (address, text) for c, address, text in _texts(scheme, day)}
    found: dict[str, dict[str, str]] = {}
    for c in [*cites, *_figures(scheme, day, cites)]:
        address, text = texts.get(c, (c.id, ""))
        found[f"{scheme.area}/{scheme.name}.{address}"] = {
            "is": text,
            "clause": f"{names.get(c.document, c.document)} {c.clause}".strip(),
            "status": c.status,
            "from": iso(c.start),
            "known": iso(c.known),
        }
    return found


def _texts(scheme: Scheme, day: int) -> Iterator[tuple[Cite, str, str]]:
    """Each citation in force with the address of its value (the same for all its versions) and what it says."""
    for layer in scheme.layers:
        yield layer.cite, layer.name, layer.title
        for name, value in all_values(layer):
            yield from _text(value, f"{layer.name}.{name}", day, scheme)
    for name, value in scheme.indices.items():
        yield from _text(value, f"index.{name}", day, scheme)
    for r in scheme.reasons:
        yield r.cite, f"reason {r.code}", r.code


def _text(value: Value, address: str, day: int, scheme: Scheme) -> Iterator[tuple[Cite, str, str]]:
    version = on_day(value, day)
    if version is not None:
        yield version.cite, address, version_text(version, value.unit, scheme)


def _figures(scheme: Scheme, day: int, cites: list[Cite]) -> Iterator[Cite]:
    """Published figures that the values used are multiples of."""
    for layer in scheme.layers:
        for _, value in all_values(layer):
            version = on_day(value, day)
            if version is None or version.cite not in cites:
                continue
            for name in dict.fromkeys(n for c in version.cells for n in _indices(c.expr)):
                index = on_day(scheme.indices[name], day)
                if index is not None:
                    yield index.cite


def _indices(e: Expr) -> Iterator[str]:
    if isinstance(e, IndexTimes):
        yield e.name
    elif isinstance(e, (SumOf, MinOf)):
        for item in e.items:
            yield from _indices(item)


def show_runs(told: dict[str, Any], lang: str) -> None:
    """The comparison as tables."""
    zh = lang == "zh"
    click.echo(f"{told['first']} → {told['second']}")
    n = told["different"]
    click.echo(
        f"共同明细 {told['claims']:,} 笔，金额不同 {n:,} 笔"
        if zh
        else f"{told['claims']:,} claims in both, {n:,} differ"
    )
    for key, label in (
        ("only_first", ("只在前者", "only in the first")),
        ("only_second", ("只在后者", "only in the second")),
        ("other_bill", ("账单本身不同，未比较", "with another bill, not compared")),
    ):
        if told[key]:
            click.echo(f"{label[not zh]}: {told[key]:,}")
    if told["funds"]:
        head = (
            ["列", "笔数", "前者合计", "后者合计", "差"]
            if zh
            else ["column", "claims", "first", "second", "difference"]
        )
        rows = [[f["column"], f"{f['claims']:,}", f["first"], f["second"], f["difference"]] for f in told["funds"]]
        terminal_table("", head, rows, {1, 2, 3, 4})
    for c in told["explained"]:
        _show_claim(c, zh)
    left = n - len(told["explained"])
    if left:
        click.echo(f"另有 {left:,} 笔（--limit）" if zh else f"{left:,} more (--limit)")


def _show_claim(c: dict[str, Any], zh: bool) -> None:
    amounts = "，".join(f"{a['column']} {a['first']} → {a['second']}" for a in c["amounts"])
    click.echo(f"\n{c['claim_id']}  {c['person_id']}  {c['service_date']}  {amounts}")
    if c["reasons"][0] != c["reasons"][1]:
        click.echo(f"  {'原因' if zh else 'reason'} {c['reasons'][0] or '—'} → {c['reasons'][1] or '—'}")
    for v in c["values"]:
        click.echo(f"  {v['value']}")
        for label, side in ((("前", "first"), v["first"]), (("后", "second"), v["second"])):
            said = ("未用到" if zh else "not used") if side is None else _use(side, zh)
            click.echo(f"    {label[not zh]}  {said}")
    for t in c["totals_before"]:
        total = "此前累计" if zh else "total before"
        click.echo(f"  {total} {t['total']}：{t['first']} → {t['second']}")
    if not c["values"]:  # the same values, reckoned otherwise or on other totals: the steps say how
        for step in c["steps"]:
            click.echo(f"  {step['layer']} {step['step']}：{step['first'] or '—'} → {step['second'] or '—'}")
    if c["reverses"]:
        click.echo(f"  {'冲销' if zh else 'reverses'} {c['reverses']}")


def _use(side: dict[str, str], zh: bool) -> str:
    known = "已知于" if zh else "known since"
    return f"{side['is']}  [{side['clause']} · {side['status']} · {side['from']} … · {known} {side['known']}]"
