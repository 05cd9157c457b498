"""A settled file as a test sees it: written from rows, settled by the command, read back."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tongchou.interfaces.cli import main

Row = dict[str, Any]


@dataclass
class Run:
    """What a run left, as Python values."""

    folder: Path
    settlements: list[Row]
    rejected: list[Row]
    summary: dict[str, Any]

    def __getitem__(self, claim_id: str) -> Row:
        return next(r for r in self.settlements if r["claim_id"] == claim_id)


def read_run(folder: Path) -> Run:
    """The files of a run."""
    with (folder / "rejected.csv").open(encoding="utf-8", newline="") as f:
        rejected = list(csv.DictReader(f))
    return Run(
        folder,
        pq.read_table(folder / "settlements.parquet").to_pylist(),
        rejected,
        json.loads((folder / "summary.json").read_text(encoding="utf-8")),
    )


@dataclass
class Done:
    """What a call of the command left."""

    returncode: int
    stdout: str
    stderr: str


def tongchou(*args: str | Path) -> Done:
    """The command in this process: its exit status and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    before, env = sys.argv, dict(os.environ)
    sys.argv = ["tongchou", *map(str, args)]
    code: Any = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as e:
        code = e.code or 0
    finally:
        sys.argv = before
        os.environ.clear()
        os.environ.update(env)
    return Done(int(code), out.getvalue(), err.getvalue())


def write_claims(path: Path, rows: Sequence[Row]) -> Path:
    """Rows as a CSV; columns in order of first appearance, absent ones empty."""
    names = list(dict.fromkeys(k for r in rows for k in r))
    with path.open("w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def settle(tmp_path: Path) -> Callable[..., Run]:
    """``settle(rows, …options)``: one file, one run, in folders of its own."""
    count = 0

    def run(rows: Sequence[Row] | Path, *options: str | Path, area: str | None = "530100") -> Run:
        nonlocal count
        count += 1
        source = rows if isinstance(rows, Path) else write_claims(tmp_path / f"claims{count}.csv", rows)
        out = tmp_path / f"out{count}"
        where = ["--area", area] if area else []
        done = tongchou("settle", source, *where, "--out", out, *options)
        assert done.returncode == 0, done.stderr
        return read_run(out)

    return run


def claim(claim_id: str, person: str, date: str, category: str, billed: str, level: int = 3, **more: Any) -> Row:
    """An employee's claim; ``scheme`` and ``status`` may be overridden."""
    return {
        "claim_id": claim_id,
        "person_id": person,
        "service_date": date,
        "scheme": "employee",
        "status": "active",
        "category": category,
        "level": level,
        "billed": billed,
        **more,
    }
