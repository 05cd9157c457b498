"""``tongchou quote``: one person's question, answered by the same rules as the counter and the batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import day, known_option, lang_option, law_option, load_law, show_json
from .refusals import Refused


@click.group(name="quote", short_help="为一个人回答一个问题 one person's question")
def command() -> None:
    """为一个人回答一个问题。 One person's question.

    \b
    例 Example:  tongchou quote visit --help
    """


@command.command(name="visit", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.option("--area", required=True, help="统筹区代码 GB/T 2260 code")
@click.option("--on", "on", required=True, metavar="DATE", help="就诊或出院日期 date of the visit or of discharge")
@click.option("--scheme", "scheme_name", required=True, help="employee | resident")
@click.option("--used", default="", help="已用累计 outpatient_pool=5500,inpatient_pool.deductible=200,admissions=1")
@known_option
@law_option
@click.option("--html", type=click.Path(path_type=Path), default=None, help="写成一页可打印的网页 one printable page")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
@click.pass_context
def visit(
    ctx: click.Context,
    area: str,
    on: str,
    scheme_name: str,
    used: str,
    known_text: str | None,
    law_path: Path | None,
    html: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """一次就诊各基金付多少、个人付多少；明细文件的任何列都可作选项。

    What each fund and the person pay of one visit; any claims column may be an option (--in-scope, --level, …).

    \b
    例 Example:  tongchou quote visit --area 530100 --on 2023-05-04 --scheme employee --status active \\
                   --category outpatient --level 3 --in-scope 590.00 --used outpatient_pool=5500
    """
    from tongchou.rules.settlement import settle_one

    from .claim_text import claim_from_text

    fields = extra_options(ctx.args)
    governing = day(on, "--on")
    assert governing is not None
    law = load_law(law_path)
    known = day(known_text, "--known")
    scheme = law.scheme(area, scheme_name, known)
    for name in ("status", "category", "level"):
        if name not in fields:
            raise click.UsageError(f"缺少选项 missing option --{name}")
    claim = claim_from_text(scheme, governing, fields)
    covered(scheme, claim, fields, known)
    got = settle_one(scheme, claim, used_totals(scheme, used), traced=True)
    answer = answer_of(scheme, claim, got, law.documents)
    if html is not None:
        _page(html, law, scheme, claim, got, answer, fields.get("disease", ""), known_text or "", lang)
    elif as_json:
        show_json({k: v for k, v in answer.items() if k != "_told"})
    else:
        from .explanation import print_explanation

        print_explanation(answer["_told"], lang)


def _page(
    html: Path, law: Any, scheme: Any, claim: Any, got: Any, answer: Any, disease: str, known: str, lang: str
) -> None:
    """The answer as one HTML page."""
    from tongchou.interfaces.pages import Told, settlement_page

    from .common import write_page

    place = law.areas[scheme.area]
    row, name = answer["_told"]["result"], place.name if lang == "zh" else place.english
    told = Told(
        scheme, claim, row, got.trace, got.reason, got.warnings, law.documents, name, disease=disease, known=known
    )
    write_page(html, settlement_page(told, lang))


def extra_options(args: list[str]) -> dict[str, str]:
    """``--name value`` or ``--name=value`` pairs as claims columns."""
    fields: dict[str, str] = {}
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise click.UsageError(f"多余的参数 unexpected argument {word!r}")
        name, eq, value = word[2:].partition("=")
        if not eq:
            if not rest:
                raise click.UsageError(f"选项缺少值 option {word} needs a value")
            value = rest.pop(0)
        fields[name.replace("-", "_")] = value
    return fields


def covered(scheme: Any, claim: dict[str, int], fields: dict[str, str], known: int | None) -> None:
    """Refuse by name what the scheme does not cover on that day, and what the claim must say."""
    from tongchou.law.tables import NO_END
    from tongchou.rules.settlement import window_of
    from tongchou.rules.settlement.coverage import required_inputs, taken_categories

    on = claim["day"]
    if not scheme.start <= on < (scheme.end or NO_END):
        _no_rule(scheme, fields["category"], on, known)
    window = window_of(scheme, on, on + 1)
    if claim["category"] not in taken_categories(scheme, *window):
        _no_rule(scheme, fields["category"], on, known)
    for name in required_inputs(scheme, *window):
        if claim[name] < 0:
            raise Refused(f"missing_value: --{name.replace('_', '-')}: 该方案需要此项 the scheme reads it")
    if fields["category"] == "delivery" and claim["delivery_kind"] < 0:
        raise Refused("delivery_kind_missing: --delivery-kind: normal | caesarean")
    if fields["status"] == "resident" and scheme.name == "employee":
        raise Refused(f"status_contradicts_scheme: --status {fields['status']} / --scheme {scheme.name}")


def _no_rule(scheme: Any, category: str, on: int, known: int | None) -> None:
    from tongchou.law.days import iso
    from tongchou.law.findings import NoRule

    period = f"{scheme.name}: {iso(scheme.start)} … {iso(scheme.end)}"
    hint = f"按 {iso(known)} 已知 as known on {iso(known)}" if known is not None else period
    raise NoRule(scheme.area, f"{scheme.name} {category}", iso(on), hint)


def used_totals(scheme: Any, text: str) -> dict[tuple[str, str, str], int]:
    """``--used`` as running totals: a layer (paid so far), ``<layer>.deductible``, ``<layer>.burden``, admissions."""
    from tongchou.law.compile.plan import burden_slot, deductible_slot
    from tongchou.law.findings import did_you_mean

    from .claim_text import money

    slots: dict[str, list[tuple[str, str, str]]] = {"admissions": [("admissions", "year", "")]}
    for layer in scheme.layers:
        caps = [(c.pool, c.per, c.key or "") for c in layer.caps if c.per != "none"]
        slots[layer.name] = list(dict.fromkeys(caps))
        d = deductible_slot(layer)
        if d is not None:
            slots[f"{layer.name}.deductible"] = [(d.name, d.per, d.key or "")]
        if layer.bands and layer.band_scope != "claim":
            b = burden_slot(layer)
            slots[f"{layer.name}.burden"] = [(b.name, b.per, b.key or "")]
    totals: dict[tuple[str, str, str], int] = {}
    for pair in filter(None, text.split(",")):
        key, eq, value = pair.partition("=")
        if not eq or key not in slots:
            raise Refused(f"unknown_used: --used {key}: {did_you_mean(key, slots)}")
        amount = int(value) if key == "admissions" and value.isdigit() else money("used", value)
        for slot in slots[key]:
            totals[slot] = totals.get(slot, 0) + amount
    return totals


def answer_of(scheme: Any, claim: dict[str, int], got: Any, documents: Any) -> dict[str, Any]:
    """The answer: settlement columns as decimal text, ``because`` and ``warnings``."""
    from tongchou.law.days import iso
    from tongchou.law.tables import BILL_PARTS, STANDARD_FUNDS
    from tongchou.money import format_fen

    from .explanation import explanation

    a = dict(got.amounts)
    funds = {
        f"fund_{f}": a.get(f"fund_{f}", 0) for f in dict.fromkeys([*STANDARD_FUNDS, *(x.fund for x in scheme.layers)])
    }
    parts = {k: v for k, v in a.items() if k.startswith("person_")}
    for p in reversed(BILL_PARTS):
        parts.setdefault(f"person_{p}", claim[p])
    personal = sum(parts.values())
    row = {
        "billed": claim["billed"],
        "in_scope": claim["in_scope"],
        "deductible": a["deductible"],
        **funds,
        "fund_total": a["fund_total"],
        "personal": personal,
        **parts,
        "paid_by_cash": personal,
        "institution": a.get("institution", 0),
    }
    if row["billed"] != row["fund_total"] + personal + row["institution"]:
        raise AssertionError("the settlement does not add up to its bill")
    told = explanation(scheme, claim["day"], got.trace, row, got.reason, got.warnings, documents)
    return {
        "area": scheme.area,
        "scheme": scheme.name,
        "service_date": iso(claim["day"]),
        **{k: format_fen(v) for k, v in row.items()},
        "reason": got.reason,
        "law_version": scheme.version,
        "because": told["steps"],
        "warnings": [*got.warnings, *told["notes"]["en"]],
        "schema": told["schema"],
        "_told": told,
    }
