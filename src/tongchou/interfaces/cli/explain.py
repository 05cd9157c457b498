"""``tongchou explain``: one settlement line by line, as a table and as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from .common import lang_option, show_json
from .refusals import Refused


@click.command(name="explain", short_help="逐步解释一笔结算 explain one settlement")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("claim_id")
@click.option("--html", type=click.Path(path_type=Path), default=None, hidden=True)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def command(folder: Path, claim_id: str, html: Path | None, as_json: bool, lang: str) -> None:
    """逐步解释一笔结算：进出金额、比例、限额余额、取整与每一步的条款。

    Explain one settlement: amounts in and out, rates, what is left of each cap, rounding, the clause of each step.

    \b
    例 Example:  tongchou explain out/ C0000042
    """
    if html is not None:
        raise Refused("not_supported: --html 尚未提供 · is not available yet")
    from tongchou.interfaces.files.replay import replay

    told = replay(folder, claim_id)
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
