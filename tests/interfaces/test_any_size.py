"""A file in pieces of any size gives the tables that the file held whole gives; a run cut off anywhere goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.interfaces.conftest import claim, tongchou, write_claims
from tests.interfaces.test_settle_files import year_of_claims
from tongchou.interfaces.files import FileRefused
from tongchou.interfaces.files.journal import WORK
from tongchou.interfaces.files.limits import Limits, limits_for, parse_size
from tongchou.interfaces.files.replay import replay
from tongchou.interfaces.files.settling import Order, schemes_of, settle
from tongchou.law.tree import Law, load

TABLES = ("settlements.parquet", "accumulators.parquet", "reversals.parquet")
Row = dict[str, Any]


@lru_cache(maxsize=1)
def law() -> Law:
    return load()


def order(source: Path, out: Path, limits: Limits | None = None, **more: Any) -> Order:
    tree = law()
    return Order(
        source,
        out,
        schemes_of(tree, "530100", None),
        "530100",
        tree.version,
        tree.root,
        law=tree,
        limits=limits,
        **more,
    )


def left(out: Path) -> dict[str, Any]:
    """All that a run left, ``seconds`` and where it came from apart."""
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert not (out / WORK).exists()
    return {
        **{t: pq.read_table(out / t).to_pylist() for t in TABLES},
        "rejected": (out / "rejected.csv").read_bytes(),
        "summary": {k: v for k, v in summary.items() if k not in ("seconds", "source", "opening")},
    }


def messy(seed: int, people: int) -> list[Row]:
    """A year with repeated ids, reversals of all kinds, malformed rows and rows no law covers, in random order."""
    rng = random.Random(seed)
    rows = year_of_claims(seed, people)
    rng.shuffle(rows)
    for k in range(0, len(rows), 9):
        rows.append({**rng.choice(rows), "billed": rng.choice(["1", "x", "590.00"])})  # an id again
        rows.append(claim(f"B{k}", f"P{k % 7}", "2023-02-30", "outpatient", "5"))
        rows.append(claim(f"N{k}", f"P{k % 7}", "1999-02-03", "inpatient", "5", 2))
        rows.append({**rng.choice(rows), "claim_id": f"R{k}", "reverses": rng.choice(rows)["claim_id"]})
        rows.append(claim(f"S{k}", f"P{k % 5}", "2023-05-05", "outpatient", "5", status="resident"))
    rng.shuffle(rows)
    return rows


def write(path: Path, rows: list[Row], parquet: bool, group: int) -> Path:
    if not parquet:
        return write_claims(path.with_suffix(".csv"), rows)
    names = list(dict.fromkeys(k for r in rows for k in r))
    columns = {
        n: pa.array([str(r[n]) if r.get(n) not in (None, "") else None for r in rows], pa.string()) for n in names
    }
    pq.write_table(pa.table(columns), path.with_suffix(".parquet"), row_group_size=group)
    return path.with_suffix(".parquet")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6),
    people=st.integers(1, 14),
    parquet=st.booleans(),
    group=st.sampled_from([7, 50, 1000]),
    block=st.sampled_from([3, 20, 500]),
    bucket=st.sampled_from([2, 30, 10_000]),
    spill=st.booleans(),
    workers=st.integers(1, 2),
)
def test_pieces_of_any_size_give_the_same_tables(
    seed: int, people: int, parquet: bool, group: int, block: int, bucket: int, spill: bool, workers: int
) -> None:
    """In memory or on disk, by one worker or two, with an opening too."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = messy(seed, people)
        half = [r for r in rows if r["service_date"] < "2023-07-01"]
        rest = [r for r in rows if r["service_date"] >= "2023-07-01"]
        sizes = Limits(block, bucket, spill, workers, 512)
        opening = None
        for part, given_rows in enumerate((half or rows, rest)):
            source = write(folder / f"claims{part}", given_rows or rows, parquet, group)
            whole, pieces = folder / f"whole{part}", folder / f"pieces{part}"
            settle(order(source, whole, Limits(), opening=opening))
            settle(order(source, pieces, sizes, opening=opening))
            assert left(pieces) == left(whole)
            opening = whole


def test_spilled_rows_are_explained_like_others(tmp_path: Path) -> None:
    """The kept source serves explanations, whatever the way the run took."""
    source = write(tmp_path / "claims", messy(5, 6), True, 40)
    settle(order(source, tmp_path / "out", Limits(15, 20, True, 2)))
    for row in pq.read_table(tmp_path / "out" / "settlements.parquet").to_pylist()[::7]:
        assert replay(tmp_path / "out", row["claim_id"]).reason == row["reason"]


@pytest.mark.parametrize("content", ["empty", "rejected"])
@pytest.mark.parametrize("spill", [False, True])
def test_a_file_without_one_good_row(tmp_path: Path, content: str, spill: bool) -> None:
    """No row, or none that can be taken: every table is there, and empty."""
    head = claim("A", "P", "2023-05-05", "outpatient", "5")
    rows = [] if content == "empty" else [{**head, "claim_id": f"C{k}", "billed": "x"} for k in range(20)]
    source = tmp_path / "claims.csv"
    source.write_text("\n".join([",".join(head), *(",".join(map(str, r.values())) for r in rows)]) + "\n")
    settle(order(source, tmp_path / "out", Limits(6, 6, spill, 1)))
    found = left(tmp_path / "out")
    assert (found["settlements.parquet"], found["accumulators.parquet"]) == ([], [])
    assert found["rejected"].count(b"\n") == 1 + len(rows)
    assert found["summary"]["rejected_by_reason"] == ({"not_money": 20} if rows else {})


def test_one_person_with_everything_is_one_bucket(tmp_path: Path) -> None:
    """A bucket is as large as its persons: one person's claims are settled together, whatever the limits say."""
    rows = [claim(f"C{k}", "P", "2023-05-05", "outpatient", "500") for k in range(300)]
    source = write(tmp_path / "claims", rows, True, 50)
    settle(order(source, tmp_path / "whole", Limits()))
    settle(order(source, tmp_path / "pieces", Limits(10, 10, True, 2)))
    assert left(tmp_path / "pieces") == left(tmp_path / "whole")
    assert sum(r["fund_outpatient_pool"] for r in left(tmp_path / "whole")["settlements.parquet"]) == 600000


RUN = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.interfaces.test_any_size import order, settle
from tongchou.interfaces.files.limits import Limits
Path({mark!r}).touch()
settle(order(Path({source!r}), Path({out!r}), Limits(150, 150, True, 2, slow={slow}), resume=True, force="plain"))
"""


def started(source: Path, out: Path, slow: float) -> subprocess.Popen[bytes]:
    """A run in a process of its own; comes back once it has begun."""
    mark = out.parent / "mark"
    mark.unlink(missing_ok=True)
    root = str(Path(__file__).resolve().parents[2])
    text = RUN.format(root=root, source=str(source), out=str(out), slow=slow, mark=str(mark))
    process = subprocess.Popen([sys.executable, "-c", text], env={**os.environ})
    while not mark.exists() and process.poll() is None:
        time.sleep(0.005)
    return process


def forked(source: Path, out: Path, after: float) -> bool:
    """Settle in a forked process and kill it after some seconds; whether it was done before."""
    child = os.fork()
    if child == 0:
        try:
            settle(order(source, out, Limits(80, 80, True, 1, slow=0.01), resume=True, force="plain"))
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "the run failed by itself"
    return not os.WIFSIGNALED(status)


def test_a_run_killed_at_fifty_points_gives_the_same_bytes(tmp_path: Path) -> None:
    """SIGKILL, resumed, again and again, until it is done: nothing half-written is ever taken for whole."""
    source = write(tmp_path / "claims", messy(11, 60), True, 200)
    pieces = Limits(80, 80, True, 1)
    begin = time.perf_counter()
    settle(order(source, tmp_path / "whole", Limits(80, 80, True, 1, slow=0.01), force="plain"))
    took = time.perf_counter() - begin
    expected = {t: (tmp_path / "whole" / t).read_bytes() for t in (*TABLES, "rejected.csv")}
    rng = random.Random(1)
    kills, resumed, number = 0, 0, 0
    deadline = time.monotonic() + 45
    while kills < 50 and time.monotonic() < deadline:
        out = tmp_path / f"out{number}"
        number += 1
        while kills < 50 and not forked(source, out, rng.uniform(0, took / 2)):
            kills += 1
            resumed += (out / WORK / "done.jsonl").exists() and (out / WORK / "done.jsonl").stat().st_size > 0
        settle(order(source, out, pieces, resume=True, force="plain"))
        assert {t: (out / t).read_bytes() for t in expected} == expected
    assert kills >= 5  # fifty on a quiet machine; on a busy one as many as the time allows
    assert resumed > 0


@pytest.fixture
def cut_off(tmp_path: Path) -> tuple[Path, Path]:
    """An unfinished run: (its source, its folder)."""
    source = write(tmp_path / "claims", messy(3, 60), False, 0)
    out = tmp_path / "out"
    process = started(source, out, 0.3)
    done = out / WORK / "done.jsonl"
    while not (done.exists() and done.stat().st_size) and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert (out / WORK).exists()
    return source, out


def test_a_changed_source_or_option_is_not_resumed(cut_off: tuple[Path, Path]) -> None:
    """What differs is named; without --resume the run begins anew and says so."""
    source, out = cut_off
    with pytest.raises(FileRefused) as caught:
        settle(order(source, out, Limits(150, 150, True, 1), resume=True, known_text="2023-06-01", lang="en"))
    assert caught.value.code == "resume_differs"
    assert "known, lang" in caught.value.in_lang("en")
    before = source.read_text(encoding="utf-8")
    source.write_text(before.replace("590", "591") + "\n", encoding="utf-8")
    with pytest.raises(FileRefused) as caught:
        settle(order(source, out, Limits(150, 150, True, 1), resume=True))
    assert "明细文件的内容" in caught.value.message
    anew = order(source, out, Limits(150, 150, True, 1))
    settle(anew)
    assert anew.notes == ["work_begun_anew"]
    settle(order(source, out.parent / "whole", Limits()))
    assert left(out) == left(out.parent / "whole")


@pytest.mark.parametrize("renamed", [0, 1, 2, 3, 4])
def test_a_run_cut_off_while_its_drafts_take_their_names_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renamed: int
) -> None:
    """The power fails after so many of the four drafts were renamed."""
    source, out = write(tmp_path / "claims", messy(3, 60), False, 0), tmp_path / "out"
    replace, seen = os.replace, 0

    def failing(draft: Path, ready: Path) -> None:
        nonlocal seen
        if (
            Path(draft).suffix == ".part"
            and Path(draft).parent == out / WORK
            and Path(ready).suffix in (".parquet", ".csv")
        ):
            if seen == renamed:
                raise OSError("the power failed")
            seen += 1
        replace(draft, ready)

    limits = Limits(80, 80, True, 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing)
        if renamed < 4:
            with pytest.raises(OSError, match="the power failed"):
                settle(order(source, out, limits, force="plain"))
            assert (out / WORK).exists()
        else:
            settle(order(source, out, limits, force="plain"))
    settle(order(source, out, limits, resume=True, force="plain"))
    settle(order(source, tmp_path / "whole", Limits(), force="plain"))
    assert left(out) == left(tmp_path / "whole")


def test_resuming_through_the_command(cut_off: tuple[Path, Path]) -> None:
    """``--resume`` goes on, says so, and leaves what an uninterrupted run leaves."""
    source, out = cut_off
    done = tongchou("settle", source, "--area", "530100", "--out", out, "--resume", "--json")
    assert done.returncode == 0, done.stderr
    assert "续算" in done.stderr
    settle(order(source, out.parent / "whole", Limits()))
    assert left(out) == left(out.parent / "whole")


def test_sizes_are_read_and_nonsense_is_refused() -> None:
    """Units of both kinds; what is no size, or too little, is refused by name with what to write."""
    assert [parse_size(t) for t in ("1GiB", "512 MiB", "2g", "1.5GB")] == [2**30, 2**29, 2 * 10**9, 15 * 10**8]
    for text, code in (
        ("lots", "memory_not_a_size"),
        ("1 furlong", "memory_not_a_size"),
        ("64MiB", "memory_too_small"),
    ):
        with pytest.raises(FileRefused) as caught:
            parse_size(text)
        assert caught.value.code == code
        assert "512MiB" in caught.value.in_lang("en")


def test_what_fits_is_held_and_what_does_not_is_spilled() -> None:
    """The decision follows memory and rows; pieces shrink with memory and with workers."""
    assert not limits_for(10**6, 60, 4 * 2**30, 2).spill
    small, smaller = limits_for(10**8, 60, 2**30, 2), limits_for(10**8, 60, 2**29, 2)
    assert small.spill
    assert smaller.block_rows * smaller.workers < small.block_rows * small.workers
    assert limits_for(10**8, 60, 2**30, 4).block_rows < small.block_rows
    assert (limits_for(10**8, 60, 2**29, 4).workers, limits_for(10**8, 60, 2**30, 2).workers) == (1, 2)


def test_a_file_changed_while_it_is_settled_is_refused(tmp_path: Path) -> None:
    """The source grows during the run: nothing is kept, and it is said."""
    source = write(tmp_path / "claims", messy(3, 5), False, 0)

    def tell(step: str, done: int, of: int) -> None:
        if step == "write" and done == 0:
            with source.open("a", encoding="utf-8") as file:
                file.write("\n")

    with pytest.raises(FileRefused) as caught:
        settle(order(source, tmp_path / "out", Limits(), tell=tell))
    assert caught.value.code == "source_changed"
    assert not (tmp_path / "out" / "settlements.parquet").exists()


MEASURED = """
import sys
from pathlib import Path
from tongchou.interfaces.cli import main
sys.argv = ["tongchou", *sys.argv[1:]]
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()  # getrusage would give what the parent had when it forked
    print(status.split("VmHWM:")[1].split()[0], file=sys.stderr)
"""


def test_memory_stays_under_the_setting(tmp_path: Path) -> None:
    """Two million rows under --memory 512MiB: the process itself never takes more."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
    from claims_file import make

    source = make(tmp_path / "claims.parquet", 2_000_000)
    command = [sys.executable, "-c", MEASURED, "settle", str(source), "--area", "530100", "--out", str(tmp_path / "o")]
    done = subprocess.run([*command, "--memory", "512MiB", "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["settled"] == 2_000_000
    peak = int(done.stderr.split()[-1]) * 1024
    assert peak < 512 * 2**20, f"{peak / 2**20:.0f} MiB"
