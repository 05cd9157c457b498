"""A visit answered from a card: word for word what the whole command says, never stale, and at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tongchou as package
from tests.interfaces.conftest import tongchou
from tongchou.interfaces.cli.quick import answered
from tongchou.interfaces.cli.table import cell_width, fitting

KUNMING = "--area 530100 --on 2023-05-04"
QUESTIONS = [
    f"{KUNMING} --scheme employee --status active --category outpatient --level 3 --in-scope 590.00",
    f"{KUNMING} --scheme employee --status active --category outpatient --level 3 --in-scope=590.00 --json",
    f"{KUNMING} --scheme employee --status retired --category outpatient --level 3 --in-scope 2590.00"
    " --used outpatient_pool=5500 --lang en",
    f"{KUNMING} --scheme employee --status retired --category inpatient --level 1 --billed 990000"
    " --used admissions=2,large_expense=100 --lang zh",
    f"{KUNMING} --scheme employee --status active --category chronic --level 2 --in-scope 8000"
    " --chronic-diseases 3 --disease M00 --injury recognised",
    f"{KUNMING} --scheme resident --status resident --category inpatient --level 2 --billed 98000"
    " --first-share 300 --used admissions=1 --identity minimum_allowance --json",
    f"{KUNMING} --scheme resident --status resident --category delivery --level 2 --billed 5000"
    " --delivery-kind caesarean",
    f"{KUNMING} --scheme resident --status resident --category outpatient --level 3 --billed 100 --known 2024-01-01",
    "--area 532300 --on 2023-05-04 --scheme resident --status resident --category inpatient --level 1"
    " --billed 60000 --severe true --disease M00",
]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder of its own; gives where cards come to lie."""
    monkeypatch.setenv("TONGCHOU_CACHE", str(tmp_path / "cache"))
    youngest = max(p.stat().st_ctime for p in Path(package.__file__).parent.rglob("*.py"))
    time.sleep(min(2.1, max(0.0, youngest + 2.1 - time.time())))  # files this young get no card
    return tmp_path / "cache" / "tongchou" / "cards"


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_card_says_what_the_whole_command_says(
    question: str, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first answer is worked out from the law, the second comes from the card: the same text."""
    words = question.split()
    assert not answered(words)
    whole = tongchou("quote", "visit", *words)
    assert (whole.returncode, whole.stderr) == (0, "")
    capsys.readouterr()
    assert answered(words)
    assert capsys.readouterr().out == whole.stdout


@pytest.mark.parametrize(
    "change",
    [
        {"--level": "9"},
        {"--category": "holiday"},
        {"--category": "special"},
        {"--on": "2023-5-04"},
        {"--in-scope": "1.005"},
        {"--status": "resident"},
        {"--used": "pool=1"},
        {"--lang": "fr"},
        {"--area": "../../x"},
        {"--colour": "red"},
        {"--json": "true"},
        {"--law": "/nowhere"},
        {"--known": "1990-01-01"},
        {"--level": "--json"},
    ],
)
def test_what_is_refused_is_refused_by_the_whole_command(change: dict[str, str], cache: Path) -> None:
    """With a card at hand a wrong question ends as it does without one."""
    options = dict(zip(QUESTIONS[0].split()[::2], QUESTIONS[0].split()[1::2], strict=True))
    words = [w for pair in (options | change).items() for w in pair]
    bare = tongchou("quote", "visit", *words)
    assert tongchou("quote", "visit", *QUESTIONS[0].split()).returncode == 0
    assert list(cache.glob("*.card"))
    assert not answered(words)
    again = tongchou("quote", "visit", *words)
    assert (again.returncode, again.stdout, again.stderr) == (bare.returncode, bare.stdout, bare.stderr)
    assert again.returncode in (1, 2)


def test_a_damaged_or_open_card_is_passed_over_and_made_anew(cache: Path) -> None:
    """Cut short, changed in any byte, of another Python, readable by others, a link: never used, never in the way."""
    words = QUESTIONS[0].split()
    told = tongchou("quote", "visit", *words).stdout
    (card,) = cache.glob("*.card")
    good = card.read_bytes()
    assert card.stat().st_mode & 0o777 == 0o600
    assert card.parent.stat().st_mode & 0o777 == 0o700
    for bad in (b"", good[:50], good[:-1], good[:-20] + bytes([good[-20] ^ 1]) + good[-19:], b"x" + good[1:]):
        card.write_bytes(bad)
        assert not answered(words)
        assert tongchou("quote", "visit", *words).stdout == told
        assert card.read_bytes()[:60] == good[:60]
        assert answered(words)
    card.chmod(0o644)
    assert not answered(words)
    card.unlink()
    other = cache / "elsewhere"
    other.write_bytes(good)
    other.chmod(0o600)
    card.symlink_to(other)
    assert not answered(words)


def test_an_edit_of_the_law_is_seen_though_size_and_time_are_put_back(tmp_path: Path) -> None:
    """The rate of a level 3 outpatient visit from 50 to 60 percent, the file's time set back to what it was."""
    shutil.copytree(Path(package.__file__).parent, tmp_path / "src" / "tongchou", copy_function=shutil.copyfile)
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "TONGCHOU_CACHE": str(tmp_path / "cache")}
    env.pop("TONGCHOU_LANG", None)
    code = "import sys; from tongchou.interfaces.cli import main; main(); print(sorted(sys.modules), file=sys.stderr)"
    call = [sys.executable, "-c", code, "quote", "visit", *QUESTIONS[0].split(), "--json"]

    def ask() -> tuple[str, bool]:
        done = subprocess.run(call, env=env, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)["fund_total"], "'click'" in done.stderr

    time.sleep(2.1)
    assert ask() == ("250.00", True)
    assert ask() == ("250.00", False)
    file = tmp_path / "src" / "tongchou" / "law" / "tree" / "areas" / "530100" / "employee.yaml"
    text, about = file.read_text(encoding="utf-8"), file.stat()
    assert text.count("2: 55, 3: 50}") == 1
    file.write_text(text.replace("2: 55, 3: 50}", "2: 55, 3: 60}"), encoding="utf-8")
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    young = "import os, sys; from tongchou.law import cards; os.utime(sys.argv[1]); print(cards.sources())"
    done = subprocess.run([sys.executable, "-c", young, file], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "None\n", "nothing is kept of files that may still change within one tick of the clock"
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (about.st_size, about.st_mtime_ns)
    assert ask() == ("300.00", True)
    time.sleep(2.1)
    assert ask() == ("300.00", True)
    assert ask() == ("300.00", False)


def test_many_at_once_on_an_empty_cache(cache: Path) -> None:
    """Eight processes make and read the same card; all say the same, one card is left."""
    code = "from tongchou.interfaces.cli import main; main()"
    call = [sys.executable, "-c", code, "quote", "visit", *QUESTIONS[2].split()]
    running = [subprocess.Popen(call, stdout=subprocess.PIPE) for _ in range(8)]
    told = {p.communicate()[0] for p in running}
    assert ({p.returncode for p in running}, len(told)) == ({0}, 1)
    assert len(list(cache.iterdir())) == 1
    assert answered(QUESTIONS[2].split())


@pytest.mark.parametrize("form", [[], ["--json"], ["--lang", "en"]])
def test_a_visit_starts_at_once(form: list[str], cache: Path, tmp_path: Path) -> None:
    """No heavy import, and at most 8 times the start of an empty Python; both with byte code, best of several."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PYTHONPYCACHEPREFIX": str(tmp_path / "bytecode"), "PYTHONPATH": str(Path(package.__file__).parents[1])}
    start = "from tongchou.interfaces.cli import main; main()"
    words = ["quote", "visit", *QUESTIONS[0].split(), *form]
    quote, nothing = [sys.executable, "-c", start, *words], [sys.executable, "-c", "pass"]
    for call in (quote, quote, nothing):  # the first makes the card, the second the byte code of the short way
        subprocess.run(call, env=env, stdout=subprocess.DEVNULL, check=True)
    code = f"{start}; import sys; print(*(m.partition('.')[0] for m in sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *words], env=env, capture_output=True, text=True, check=True)
    heavy = {"numpy", "numba", "pyarrow", "polars", "duckdb", "rich", "jinja2", "django", "click", "msgspec", "yaml"}
    assert heavy & set(done.stderr.split()) == set()
    best = [9.9, 9.9]
    for _ in range(12):
        for k, call in enumerate((quote, nothing)):
            begun = time.perf_counter()
            subprocess.run(call, env=env, stdout=subprocess.DEVNULL, check=True)
            best[k] = min(best[k], time.perf_counter() - begun)
    assert best[0] <= 8 * best[1], best


def test_tables_that_fit_look_as_the_library_draws_them(capsys: pytest.CaptureFixture[str]) -> None:
    """Chinese and plain cells, several lines, empty cells; what does not fit or has odd signs is left to it."""
    from tongchou.interfaces.cli.table import _folded

    head = ["层", "步骤", "amounts", "条款", "可信度"]
    rows = [
        ["普通门诊统筹", "进入", "× 50% = 250.00（基金侧）", "昆人社函〔2023〕49号 一(二)3\n《办法》 第三条", "正式"],
        ["", "", "0.00–5,000.00 × 60%；…", "", "official assumed"],
        ["a", "b" * 40, "", "·—“”", "é"],
    ]
    for few in (rows[:1], rows[1:], rows):
        _folded("", head, few, None)
        assert fitting(head, few, 140) == capsys.readouterr().out.split("\n")[:-1]
    assert fitting(head, rows, 60) is None
    assert fitting(["a"], [["e\u0301"]], 140) is None
    assert [cell_width(t) for t in ("", "ab", "统筹", "a\tb", "👍")] == [0, 2, 4, None, None]
