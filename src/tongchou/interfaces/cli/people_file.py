"""``tongchou quote <question> --file PERSONS --out DIR``: one question of many persons."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from .common import load_law
from .progress import Progress
from .table import show_json, terminal_table


def answer_file(
    name: str,
    given: dict[str, str],
    known: int | None,
    law_path: Path | None,
    as_json: bool,
    lang: str,
    file: Path,
    out: Path,
    sheet: str | None = None,
    encoding: str | None = None,
) -> None:
    """Ask every row of a file, write the answers into a folder and show the summary."""
    from tongchou.interfaces.files.encoding import ENCODINGS
    from tongchou.interfaces.people.batch import Batch
    from tongchou.interfaces.people.frame import question
    from tongchou.law.figures import Figures
    from tongchou.law.figures_of import figures_of

    law = load_law(law_path)

    def figures(area: str) -> Figures:
        return figures_of(law, area, known)

    named = ENCODINGS[encoding.lower()] if encoding else None
    batch = Batch(question(name), file, given, figures, sheet, named)
    try:
        with Progress(not as_json and sys.stderr.isatty(), lang) as bar:
            summary = batch.run(out, lang, lambda done, of: bar.tell("ask", done, of))
    except OSError as e:
        from .refusals import Refused

        raise Refused(f"out_unwritable: {out}: 无法写入输出目录 cannot be written ({e.strerror})") from e
    show_json(summary) if as_json else show_summary(summary, out, lang)


def show_summary(summary: dict[str, Any], out: Path, lang: str) -> None:
    """The summary as a table."""
    zh = lang == "zh"
    labels = {
        "rows_read": ("读入行数", "rows read"),
        "answered": ("已答复", "answered"),
        "rejected": ("已拒绝", "rejected"),
        "seconds": ("用时（秒）", "seconds"),
        "law_version": ("法规版本", "law version"),
    }
    rows = [[labels[k][not zh], f"{summary[k]:,}"] for k in ("rows_read", "answered", "rejected")]
    rows += [[f"  {code}", f"{n:,}"] for code, n in summary["rejected_by_reason"].items()]
    rows += [[("警示 " if zh else "warning ") + code, f"{n:,}"] for code, n in summary["warnings"].items()]
    rows += [[labels[k][not zh], str(summary[k])] for k in ("seconds", "law_version")]
    title = f"汇总 → {out}" if zh else f"Summary → {out}"
    terminal_table(title, ["项目", "数值"] if zh else ["item", "value"], rows, {1})
    for line in summary["notes"]:
        print(("说明：" if zh else "note: ") + line)
