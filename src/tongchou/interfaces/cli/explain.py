"""``tongchou explain``: one settlement line by line, as a table and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from .common import lang_option, show_json, write_page


@click.command(name="explain", short_help="逐步解释一笔结算 explain one settlement")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("claim_id")
@click.option("--html", type=click.Path(path_type=Path), default=None, help="写成一页可打印的网页 one printable page")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def command(folder: Path, claim_id: str, html: Path | None, as_json: bool, lang: str) -> None:
    """逐步解释一笔结算：进出金额、比例、限额余额、取整与每一步的条款。

    Explain one settlement: amounts in and out, rates, what is left of each cap, rounding, the clause of each step.

    \b
    例 Example:  tongchou explain out/ C0000042
    """
    from tongchou.interfaces.files.replay import replay

    told = replay(folder, claim_id)
    if html is not None:
        write_page(html, _page(folder, told, lang))
        return
    from .explanation import explanation, print_explanation

    answer = explanation(
        told.scheme, told.claim["day"], told.trace, told.stored, told.reason, told.warnings, told.documents
    )
    answer["claim_id"], answer["person_id"], answer["reverses"] = claim_id, told.person_id, told.reverses
    answer["law_version"] = told.stored.get("law_version", "")
    if as_json:
        show_json({k: v for k, v in answer.items() if k != "titles"})
        return
    print_explanation(answer, lang)


def _page(folder: Path, told: Any, lang: str) -> str:
    """The settlement as a page, from the run's own law."""
    from tongchou.interfaces.pages import Told, settlement_page

    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return settlement_page(
        Told(
            told.scheme,
            told.claim,
            told.stored,
            told.trace,
            told.reason,
            told.warnings,
            told.documents,
            area_name=_area_name(folder, told.scheme.area, lang),
            claim_id=told.claim_id,
            person_id=told.person_id,
            disease=told.disease,
            reverses=told.reverses,
            known=summary.get("known", ""),
        ),
        lang,
    )


def _area_name(folder: Path, area: str, lang: str) -> str:
    """The area's name in the run's law; empty for a scheme file alone."""
    from tongchou.law.tree import load

    if (folder / "law" / "scheme.yaml").exists():
        return ""
    place = load(folder / "law").areas.get(area)
    return (place.name if lang == "zh" else place.english) if place else ""
