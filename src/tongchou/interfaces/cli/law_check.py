"""``tongchou law check``: the law and its worked cases; each fault by file, line, expected and found."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from .common import day, known_option, lang_option, law_option, show_json
from .refusals import Refused


@click.command(name="check")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@law_option
@known_option
@click.option("--explain", is_flag=True, help="逐步解释不符的算例 explain each case that differs, step by step")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@lang_option
def check(
    path: Path | None, law_path: Path | None, known_text: str | None, explain: bool, as_json: bool, lang: str
) -> None:
    """检查法规目录（默认自带的）并验算其算例：每个问题给出文件、行、应为与实为。

    Check a law tree (default: the bundled one) and its worked cases; each fault names file, line, what was
    expected and found. A scheme file alone is checked with the cases beside it (policy.cases.yaml).

    \b
    例 Example:  tongchou law check
    """
    from tongchou.law.cases import SUFFIX
    from tongchou.law.check import check_law
    from tongchou.law.findings import LawError

    where, known = path or law_path, day(known_text, "--known")
    if where is not None and where.name.endswith(SUFFIX) and where.is_file():
        where = where.with_name(where.name.removesuffix(SUFFIX) + ".yaml")
    if where is not None and where.is_file():
        return _check_file(where, known, explain, as_json, lang)
    if where is not None and not where.is_dir():
        raise Refused(f"law_unreadable: {where}: 不存在 does not exist")
    try:
        law, found = check_law(where)
    except LawError as e:
        return _tell(e.findings, None, "", explain, as_json, "", lang)
    if found:
        return _tell(found, None, law.version, explain, as_json, "", lang)
    ran = _run(law.cases, lambda c: law.scheme(c.area, c.scheme, known if c.known is None else c.known), law.documents)
    return _tell((), ran, law.version, explain, as_json, _all_well(law, lang), lang, known)


def _check_file(path: Path, known: int | None, explain: bool, as_json: bool, lang: str) -> None:
    """A scheme file alone, as ``settle --scheme`` would read it, and the cases beside it."""
    from tongchou.law.cases import beside, read_case_file
    from tongchou.law.check import load_checked_scheme
    from tongchou.law.findings import LawError
    from tongchou.law.placeholders import gaps_first

    scheme, found = None, []
    try:
        scheme = load_checked_scheme(path)
    except LawError as e:
        found = list(e.findings)
    cases: list[Any] = []
    if beside(path).is_file():
        cases, faults = read_case_file(beside(path), str(beside(path)))
        found = gaps_first(found + faults)
    if scheme is None or found:
        return _tell(found, None, "" if scheme is None else scheme.version, explain, as_json, "", lang)
    alone = scheme
    well = f"{path}: {len(alone.layers)} 层 layers, 无误 no faults ({alone.version})"
    return _tell((), _run(cases, lambda _: alone, {}), alone.version, explain, as_json, well, lang, known)


def _run(cases: Sequence[Any], scheme_of: Any, documents: Any) -> Any:
    """Run the cases, with a bar on a terminal."""
    from .law_cases import run_cases

    if not sys.stderr.isatty():
        return run_cases(cases, scheme_of, documents)
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("算例 cases", total=len(cases))
        return run_cases(cases, scheme_of, documents, lambda done, of: bar.update(task, completed=done, total=of))


def _tell(
    law_faults: Sequence[Any],
    ran: Any,
    version: str,
    explain: bool,
    as_json: bool,
    well: str,
    lang: str,
    known: int | None = None,
) -> None:
    """All findings on stdout, one a line, and exit status 1; or that all is well."""
    found = [*law_faults, *(ran.findings if ran else ())]
    if as_json:
        cases = {"cases": ran.cases, "claims": ran.claims, "columns": ran.columns, "failed": ran.failed} if ran else {}
        told = {"explanations": [{"case": w, **_plain(t)} for w, t in ran.told]} if ran and explain else {}
        show_json({"findings": [_finding(f) for f in found], "cases": cases, "law_version": version, **told})
    else:
        _print(found, ran, explain, well, lang, known)
    if found:
        raise click.exceptions.Exit(1)


def _print(found: Sequence[Any], ran: Any, explain: bool, well: str, lang: str, known: int | None) -> None:
    from .explanation import print_explanation

    for f in in_order(found):
        click.echo(f.sentence(lang))
    for where, told in ran.told if ran and explain else ():
        click.echo(f"\n== {where}")
        print_explanation(told, lang)
    if ran is not None:
        from .law_cases import summary

        click.echo(summary(ran, known, lang))
    click.echo(_count(in_order(found), lang) if found else well)


KINDS = ("overlay.yaml", "documents/", "/area.yaml", "/diseases.yaml", "", "/cases/")
"""In which order gaps are best filled: a document before what cites it, cases last."""


def in_order(found: Sequence[Any]) -> list[Any]:
    """Findings as they are best dealt with where there are gaps to fill in; else as they come."""

    def rank(f: Any) -> tuple[int, str, int]:
        fits = [i for i, k in enumerate(KINDS) if k and k in "/" + f.place.file]
        return (max(fits) if fits else 4, f.place.file, f.place.line)

    return sorted(found, key=rank) if any(f.code == "to_fill_in" for f in found) else list(found)


def _count(found: Sequence[Any], lang: str) -> str:
    gaps = [f for f in found if f.code == "to_fill_in"]
    if not gaps:
        return f"{len(found)} 处问题" if lang == "zh" else f"{len(found)} fault{'s' * (len(found) > 1)}"
    files = len({f.place.file for f in gaps})
    if lang == "zh":
        others = f"，另有 {len(found) - len(gaps)} 处问题" if len(found) > len(gaps) else ""
        return f"{files} 个文件中 {len(gaps)} 处待填{others}；先填 {gaps[0].place}"
    others = f", {len(found) - len(gaps)} other faults" if len(found) > len(gaps) else ""
    return f"{len(gaps)} to fill in, in {files} files{others}; begin at {gaps[0].place}"


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in told.items() if k != "titles"}


def _finding(f: Any) -> dict[str, Any]:
    return {
        "code": f.code,
        "file": f.place.file,
        "line": f.place.line,
        "where": f.where,
        "expected": f.expected,
        "found": f.found,
        "fix": f.fix,
        "other": str(f.other) if f.other else "",
        "zh": f.sentence("zh"),
        "en": f.sentence("en"),
    }


def _all_well(law: Any, lang: str) -> str:
    counts = (
        len(law.documents),
        sum(len(d.clauses) for d in law.documents.values()),
        len(law.schemes),
        len(law.areas),
        len(law.cites),
        law.version,
    )
    title = f"{law.title}: " if law.title else ""
    if lang == "zh":
        said = "法规检查通过：{} 份文件 {} 条，{} 个险种方案，{} 个地区，{} 处引用，版本 {}".format(*counts)
        return title + said
    said = "law check: {} documents with {} clauses, {} schemes, {} areas, {} citations, version {}: no faults"
    return title + said.format(*counts)
