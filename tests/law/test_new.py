"""`law new`: a skeleton whose every gap is named, nothing overwritten, nothing asked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tongchou.law.check import check_law
from tongchou.law.new import is_code, parent_of
from tongchou.law.placeholders import MARK
from tongchou.law.tree import load

VALUES = {
    "YYYY-MM-DD": "2024-01-01",
    "（元）": "500",
    "百分比": "80",
    "百分点": "5",
    "第一段比例": "60",
    "以上比例": "70",
    "第一段上限": "50000",
}


def fill(folder: Path) -> None:
    """Write something in the place of each placeholder, as its own words ask."""
    for path in folder.rglob("*.yaml"):
        text = path.read_text("utf-8")

        def value(m: re.Match[str]) -> str:
            given = next((v for k, v in VALUES.items() if k in m[0]), "某某")
            return f'"{given}"' if m[0].startswith('"') else given

        path.write_text(re.sub(rf'"{MARK}[^"]*"|{MARK}：[^,}}\n"]*', value, text), encoding="utf-8")


def test_a_skeleton_is_led_from_gap_to_gap(run: Any, tmp_path: Path) -> None:
    """Each placeholder is one finding at its own file and line, and there is no other; filled, the law is sound."""
    folder = tmp_path / "new"
    args = ("--scheme", "employee", "--scheme", "resident", "--into", folder)
    code, out, _ = run("law", "new", "420100", "--name", "武汉市", "--english", "Wuhan", *args)
    assert code == 0
    assert "next: tongchou law check" in out
    assert all(Path(line).is_file() for line in out.splitlines()[:-1])
    gaps = {
        (path.relative_to(folder).as_posix(), number)
        for path in folder.rglob("*.yaml")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(rf"[:{{ ]\s*\"?{MARK}：", line.partition(" #")[0])
    }
    code, out, _ = run("law", "check", folder, "--json")
    told = json.loads(out)["findings"]
    assert code == 1
    assert {f["code"] for f in told} == {"to_fill_in"}
    assert {(f["file"], f["line"]) for f in told} == gaps
    assert all(f["expected"] and MARK in f["zh"] for f in told)
    code, out, _ = run("law", "check", folder)
    files = [line.partition(":")[0] for line in out.splitlines()[:-1]]
    kinds = [
        0 if f.startswith("documents") else 1 if f.endswith("area.yaml") else 3 if "/cases/" in f else 2 for f in files
    ]
    assert kinds == sorted(kinds), "documents, areas, schemes, cases"
    assert (
        out.splitlines()[-1] == f"{len(told)} to fill in, in {len(set(files))} files; begin at documents/d420100.yaml:4"
    )
    fill(folder)
    assert [f.sentence() for f in check_law(folder)[1]] == []
    law = load(folder)
    assert law.chain("420100") == ("420100", "420000", "000000")
    assert law.areas["420100"].english == "Wuhan"
    assert law.title == "武汉市医疗保险（叠加目录）"
    assert {name for code, name in law.schemes if code == "420100"} == {"employee", "resident"}


def test_a_gap_is_never_a_value(run: Any, tmp_path: Path) -> None:
    """Nothing settles under a law with gaps: the first is named."""
    run("law", "new", "420100", "--into", tmp_path / "new")
    who = ("--status", "active", "--category", "inpatient", "--level", "3", "--in-scope", "1000")
    where = ("--area", "420100", "--scheme", "employee", "--on", "2024-05-04", "--law", tmp_path / "new")
    code, out, err = run("quote", "visit", *where, *who)
    assert (code, out) == (1, "")
    assert "to_fill_in" in err


def test_nothing_is_overwritten(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert run("law", "new", "420100", "--into", folder)[0] == 0
    before = {p: p.read_bytes() for p in folder.rglob("*.yaml")}
    code, out, err = run("law", "new", "420100", "--into", folder)
    assert (code, out) == (1, "")
    assert err.startswith("would_overwrite: ")
    assert str(folder / "areas/420100/employee.yaml") in err
    assert {p: p.read_bytes() for p in folder.rglob("*.yaml")} == before
    code, out, _ = run("law", "new", "420200", "--into", folder)  # a second area of the province joins the first
    assert code == 0
    assert "areas/420000/area.yaml" not in out
    assert {p: p.read_bytes() for p in before} == before


def test_a_file_where_the_folder_should_be(run: Any, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    code, _, err = run("law", "new", "420100", "--into", tmp_path / "x")
    assert (code, err.startswith("out_unwritable: ")) == (1, True)
    assert (tmp_path / "x").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (
            ("530100",),
            ["area_exists: 530100 Kunming", "employee, resident", "tongchou law show 530100", "areas/530100/"],
        ),
        (("530100", "--lang", "zh"), ["area_exists: 530100 昆明市", "overlay.yaml", "--law"]),
        (("000000",), ["bad_area_code: '000000'"]),
        (("42010",), ["bad_area_code: '42010'", "six digits", "AABB00"]),
        (("４２０１００",), ["bad_area_code"]),
        (("420012",), ["bad_area_code"]),
        (("wuhan",), ["bad_area_code: 'wuhan'"]),
        (("420100", "--parent", "990000"), ["unknown_area", "'990000'", "420000", "530000"]),
    ],
)
def test_refused_with_what_to_do(run: Any, tmp_path: Path, args: tuple[str, ...], words: list[str]) -> None:
    code, out, err = run("law", "new", *args, "--into", tmp_path / "new")
    assert (code, out) == (1, "")
    assert all(w in err for w in words), err
    assert not (tmp_path / "new").exists()


def test_codes_and_parents() -> None:
    assert [parent_of(c) for c in ("530102", "530100", "530000")] == ["530100", "530000", "000000"]
    assert is_code("429004")
    assert not is_code("0530100"[:6])


def test_a_name_is_only_text(run: Any, tmp_path: Path) -> None:
    """Quotes, colons and line ends in a name stay text."""
    name = 'a": \n- {x: "b\\'
    assert run("law", "new", "420100", "--name", name, "--english", "#", "--into", tmp_path / "n")[0] == 0
    found = check_law(tmp_path / "n")[1]
    assert {f.code for f in found} == {"to_fill_in"}


def test_nothing_waits_for_an_answer(tmp_path: Path) -> None:
    """Without a terminal and without input the command ends by itself."""
    code = (
        "import sys; sys.argv = ['tongchou', 'law', 'new', '420100']\nfrom tongchou.interfaces.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert (tmp_path / "law-420100" / "areas" / "420100" / "employee.yaml").is_file()


def test_an_overlay_file_is_read(run: Any, tmp_path: Path) -> None:
    """Its title is shown; a word it does not know is refused by every command, also where the law is cached."""
    folder = tmp_path / "o"
    folder.mkdir()
    (folder / "overlay.yaml").write_text("title: 试行\n", encoding="utf-8")
    assert "试行" in run("law", "show", "530100", "2023-05-04", "--law", folder)[1]
    assert "试行: law check" in run("law", "check", folder)[1]
    (folder / "overlay.yaml").write_text("title: 试行\ntitel: x\n", encoding="utf-8")
    code, out, _ = run("law", "check", folder)
    assert code == 1
    assert "overlay.yaml:2: unknown_key: overlay.titel" in out
    code, _, err = run("law", "show", "530100", "2023-05-04", "--law", folder)
    assert code == 1
    assert "did you mean 'title'?" in err
    (folder / "overlay.yaml").write_text("base: other\n", encoding="utf-8")
    assert "unknown_word" in run("law", "check", folder)[1]


def test_a_level_without_scheme_says_which_areas_have_one(run: Any) -> None:
    code, _, err = run("law", "show", "000000", "1950-01-01")
    assert code == 1
    assert "no scheme at this level" in err
    assert all(c in err for c in ("370100", "530100", "532300"))
