"""Draw the picture of README.md: a visit as ``tongchou quote visit`` answers it, as SVG.

    python scripts/make_picture.py [--out docs/images/explain.svg]

The words and figures are those of the answer itself, so draw it again when law or wording changes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import re
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tongchou.interfaces.cli.common import load_law
from tongchou.interfaces.cli.explanation import explanation_rows, headline
from tongchou.interfaces.wording.visit import answer_of
from tongchou.rules.settlement import settle_one
from tongchou.rules.settlement.claim_text import claim_from_text
from tongchou.rules.settlement.desk import used_slots
from tongchou.rules.settlement.visit import used_totals

ROOT = Path(__file__).resolve().parent.parent
AREA, DAY, SCHEME, USED = "530100", "2023-05-04", "employee", "outpatient_pool=5500"
CLAIM = {"status": "retired", "category": "outpatient", "level": "3", "in_scope": "2590.00"}
WIDTH = 118
CELL = 12.2
"""Width of a cell in rich's SVG."""
FONTS = "Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'PingFang SC', 'Microsoft YaHei', monospace"
FORMAT = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: FONTS; font-size: {char_height}px; white-space: pre; }}
.{unique_id}-title {{ font-family: FONTS; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
""".replace("FONTS", FONTS)
_TEXT = re.compile(
    r'<text class="(?P<style>[^"]+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" textLength="[\d.]+"'
    r"(?P<rest>[^>]*)>(?P<text>[^<]*)</text>"
)


def command() -> str:
    """What one types to get this answer."""
    options = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in CLAIM.items())
    first = f"$ tongchou quote visit --area {AREA} --on {DAY} --scheme {SCHEME} \\"
    return f"{first}\n    {options} --used {USED}"


def told() -> dict[str, Any]:
    """The answer, from the bundled law."""
    law = load_law(None)
    scheme = law.scheme(AREA, SCHEME, None)
    claim = claim_from_text(scheme, dt.date.fromisoformat(DAY).toordinal(), CLAIM)
    got = settle_one(scheme, claim, used_totals(used_slots(scheme), USED), traced=True)
    answer: dict[str, Any] = answer_of(scheme, claim, got, law.documents)["_told"]
    return answer


def drawn() -> Console:
    """The answer on a recording console."""
    answer = told()
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False, markup=False, force_terminal=True)
    console.print(Text(command(), style="bold green"))
    console.print(headline(answer, "zh"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, style in (
        ("层", "bold cyan"),
        ("步骤", ""),
        ("金额与算法", "white"),
        ("条款", "yellow"),
        ("可信度", "green"),
    ):
        table.add_column(name, style=style, overflow="fold", no_wrap=name in ("层", "步骤"))
    for row in explanation_rows(answer, "zh"):
        table.add_row(*row)
    console.print(table)
    for line in answer["notes"]["zh"]:
        console.print("· " + line, style="#a0a0a0")
    return console


def placed(match: re.Match[str]) -> str:
    """Text in runs of one width, each at its own cells: rich counts a Chinese character as one cell here."""
    cells, parts = 0, []
    for _, group in groupby(unescape(match["text"]), key=cell_len):
        run = "".join(group)
        x, length = float(match["x"]) + cells * CELL, cell_len(run) * CELL
        cells += cell_len(run)
        if run.strip("\xa0 "):
            size = ' font-size="22.5"' if cell_len(run[0]) == 2 else ""
            parts.append(
                f'<text class="{match["style"]}" x="{x:.1f}" y="{match["y"]}" '
                f'textLength="{length:.1f}"{size}{match["rest"]}>{escape(run)}</text>'
            )
    return "".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the picture of README.md from a real quote.")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "explain.svg")
    out: Path = parser.parse_args().out
    svg = drawn().export_svg(title="统筹 Tongchou", theme=MONOKAI, code_format=FORMAT, unique_id="explain")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(_TEXT.sub(placed, svg), encoding="utf-8")
    print(out)


if __name__ == "__main__":
    main()
