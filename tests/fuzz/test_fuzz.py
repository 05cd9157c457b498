"""Coverage-guided fuzzing for a short while on every run of the tests: no traceback, no hang, nothing lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = int(os.environ.get("FUZZ_SECONDS", "12"))
"""Raise it to look for faults at length."""
CLAIMS = """claim_id,person_id,service_date,scheme,status,category,level,billed,out_of_catalogue,part_drugs,own,kind
c1,p1,2023-05-04,employee,active,outpatient,3,590.00,10.00,20.00,5,a
c2,p1,2023-05-05,employee,retired,inpatient,2,12345.67,,,,b
c3,p2,2024-02-29,resident,resident,chronic,0,0.01,0,0,0,
"""


def _corpus(kind: str, folder: Path) -> Path:
    """A few good inputs to begin with."""
    folder.mkdir()
    if kind == "law_reader":
        texts = [*(ROOT / "tests" / "law" / "bad").glob("*.yaml"), *(ROOT / "examples" / "schemes").glob("*.yaml")]
        for path in texts:
            (folder / path.name).write_bytes(path.read_bytes())
        return folder
    for k, text in enumerate((CLAIMS, CLAIMS.replace(",", ";"), CLAIMS.replace("\n", "\r\n"), "\ufeff" + CLAIMS)):
        (folder / f"{k}.csv").write_bytes(b"\x00" + text.encode())
    (folder / "gbk.csv").write_bytes(b"\x01" + CLAIMS.replace("p2", "张三").encode("gbk"))
    return folder


def _words(kind: str, path: Path) -> Path:
    """A dictionary of the words of the language, in the fuzzer's format."""
    words: set[bytes] = set()
    for file in _corpus(kind, path.with_suffix("")).iterdir():
        words |= set(re.findall(rb"[A-Za-z_:.0-9*-]{2,30}", file.read_bytes()))
    path.write_text("".join(f'"{w.decode()}"\n' for w in sorted(words)), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["law_reader", "claims_reader"])
def test_fuzz(kind: str, tmp_path: Path) -> None:
    """The harness runs its time without a fault; atheris stops at the first and prints the input."""
    pytest.importorskip("atheris")
    command = [sys.executable, "-m", f"tests.fuzz.{kind}", str(_corpus(kind, tmp_path / "corpus"))]
    command += [
        f"-max_total_time={SECONDS}",
        "-timeout=20",
        "-rss_limit_mb=4096",
        f"-artifact_prefix={tmp_path}/",
        "-seed=1",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS * 5 + 120, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert "stat::number_of_executed_units" in done.stderr or "DONE" in done.stderr, done.stderr[-2000:]
