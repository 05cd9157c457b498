"""Broken law texts: whatever is in a file, it is read or refused as law; nothing else, and nothing hangs."""

from __future__ import annotations

import json
import re
import tempfile
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.law import Law, LawError
from tongchou.law.check import check_law, check_scheme
from tongchou.law.nodes import Map, Node, Seq, read_text
from tongchou.law.read_scheme import read_scheme
from tongchou.law.read_tree import read_written
from tongchou.law.reader import Reader
from tongchou.law.tree import BUNDLED

from .overlays import overlay

SCHEMES = sorted(p for p in BUNDLED.glob("areas/*/*.yaml") if p.name in ("employee.yaml", "resident.yaml"))
TEXTS = [
    re.sub(r"disease: critical_outpatient", "severe: true", p.read_text(encoding="utf-8")) for p in SCHEMES
]
TEXTS += [
    p.read_text(encoding="utf-8")
    for p in sorted((Path(__file__).parent / "bad").glob("*.yaml"))
    if p.stem != "law_not_utf8"
]
WORDS = sorted({w for t in TEXTS for w in re.findall(r"[\w.\-]+", t)})
TOKENS = [
    *WORDS,
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "- ",
    "|",
    ">",
    "&a",
    "*a",
    "!!str",
    "%",
    "#",
    "'",
    '"',
    "\t",
    "  ",
    "\x00",
    "²",
    "１",
    "null",
    "~",
    "",
    "-1",
    "1e9",
    "0x10",
    "99999999999999999999",
    "2022-02-30",
    "9999-12-31",
    "0001-01-01",
    "? ",
    "---",
    "...",
    "<<",
    "{}",
    "[]",
    "share:*",
    "overflow:x",
    "part:x",
    "lambda",
    "__class__",
    "💊",
]
QUICK = settings(
    max_examples=150,
    deadline=2000,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A law text of which lines were deleted, doubled, moved, indented, or words exchanged."""
    lines = draw(st.sampled_from(TEXTS)).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        if not lines:
            break
        i, j = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        how = draw(
            st.sampled_from(["delete", "double", "swap", "indent", "word", "word", "word", "insert", "cut"])
        )
        if how == "delete":
            del lines[i]
        elif how == "double":
            lines.insert(j, lines[i])
        elif how == "swap":
            lines[i], lines[j] = lines[j], lines[i]
        elif how == "indent":
            lines[i] = draw(st.sampled_from([" " + lines[i], "  " + lines[i], lines[i][1:], "- " + lines[i]]))
        elif how == "insert":
            lines.insert(i, " ".join(draw(st.lists(st.sampled_from(TOKENS), max_size=5))))
        elif how == "cut":
            lines[i] = lines[i][: draw(st.integers(0, len(lines[i])))]
        else:
            parts = re.split(r"([\w.\-]+)", lines[i])
            k = draw(st.integers(0, len(parts) - 1))
            parts[k] = draw(st.sampled_from(TOKENS))
            lines[i] = "".join(parts)
    return "\n".join(lines) + "\n"


def read(raw: bytes) -> str:
    """The codes of a text's findings, or ``read``; any exception but LawError is a failure of the test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scheme.yaml"
        path.write_bytes(raw)
        try:
            found = check_scheme(read_written(path))
        except LawError as e:
            found = list(e.findings)
            assert found, "a refusal says why"
    for f in found:
        assert f.code, f
        assert f.expected, f
        assert f.found, f
        assert 1 <= f.place.line <= raw.count(b"\n") + 2, f
    return " ".join(f.code for f in found) or "read"


@given(broken())
@QUICK
def test_a_broken_text_is_read_or_refused_as_law(text: str) -> None:
    read(text.encode("utf-8", "surrogatepass"))


@given(
    st.lists(
        st.sampled_from([*TOKENS, "\n", "\n- ", ": ", "layers:", "rate: 85", "name: a"]), max_size=40
    ).map(" ".join)
)
@QUICK
def test_any_words_are_read_or_refused_as_law(text: str) -> None:
    assert "read" not in read(text.encode()).split() or "layers" in text


@given(st.binary(max_size=200), st.sampled_from(TEXTS), st.integers(0, 4000))
@QUICK
def test_any_bytes_are_read_or_refused_as_law(junk: bytes, text: str, at: int) -> None:
    raw = text.encode()
    read(raw[:at] + junk + raw[at:])


def keys_of(node: Node, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every mapping of a text."""
    found = [path] if isinstance(node, Map) else []
    items = (
        node.items.items()
        if isinstance(node, Map)
        else enumerate(node.items)
        if isinstance(node, Seq)
        else ()
    )
    for key, child in items:
        found += keys_of(child, (*path, key))
    return found


def plain(node: Node) -> object:
    """A node as lists, dicts and texts."""
    if isinstance(node, Map):
        return {k: plain(v) for k, v in node.items.items()}
    return [plain(n) for n in node.items] if isinstance(node, Seq) else node.text


def parts_of(text: object) -> list[object]:
    """A text and everything inside it."""
    inside = text.values() if isinstance(text, dict) else text if isinstance(text, list) else ()
    return [text, *(p for i in inside for p in parts_of(i))]


def well_formed(text: str) -> list[object]:
    """The text as lists and dicts, if it is YAML with a mapping at all."""
    try:
        node = read_text(text.encode(), "x")
    except LawError:
        return []
    return [plain(node)] if isinstance(node, Map) else []


TREES = [t for text in TEXTS for t in well_formed(text)]
PARTS = list({json.dumps(p): p for t in TREES for p in parts_of(t)}.values())
KEYS = sorted({k for p in PARTS if isinstance(p, dict) for k in p})


@st.composite
def rebuilt(draw: st.DrawFn) -> str:
    """A law text whose parts were exchanged for other parts of any law: well-formed, and mostly nonsense."""
    text = deepcopy(draw(st.sampled_from(TREES)))
    for _ in range(draw(st.integers(1, 4))):
        spot, way = text, draw(st.integers(1, 7))
        for _ in range(way):
            inside = list(spot) if isinstance(spot, dict) else range(len(spot))
            if not inside:
                break
            key = draw(st.sampled_from(inside))
            if isinstance(spot[key], (dict, list)) and draw(st.booleans()):
                spot = spot[key]
                continue
            how = draw(st.sampled_from(["part", "word", "drop", "add"]))
            if how == "drop":
                del spot[key]
            elif how == "add" and isinstance(spot, dict):
                spot[draw(st.sampled_from(KEYS))] = deepcopy(draw(st.sampled_from(PARTS)))
            elif how == "word":
                spot[key] = draw(st.sampled_from(TOKENS))
            else:
                spot[key] = deepcopy(draw(st.sampled_from(PARTS)))
            break
    return json.dumps(text, ensure_ascii=False)


@given(rebuilt())
@QUICK
def test_a_rebuilt_text_is_read_or_refused_as_law(text: str) -> None:
    read(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("path", SCHEMES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_an_unknown_key_is_never_passed_over(path: Path, tmp_path: Path, bundled: Law) -> None:
    """In every mapping of a scheme in turn, one key too many is a finding."""
    root = read_text(path.read_bytes(), path.name)
    name = f"areas/{path.parent.name}/{path.name}"
    text = plain(root)
    for way in keys_of(root):
        changed = deepcopy(text)
        spot = changed
        for step in way:
            spot = spot[step]
        spot["zz_unknown"] = "1"
        findings = read_findings(bundled, json.dumps(changed, ensure_ascii=False), name)
        assert any("zz_unknown" in f for f in findings), way
    _, clean = check_law(overlay(tmp_path, {name: json.dumps(text, ensure_ascii=False)}))
    assert not clean, "the same text without the key has no finding"


def read_findings(law: Law, text: str, name: str) -> list[str]:
    """The findings of reading one scheme of the tree."""
    clauses = {d.id: (frozenset(c.id for c in d.clauses), d.known) for d in law.documents.values()}
    r = Reader(strict=True, clauses=clauses)
    area = name.split("/")[1]
    read_scheme(r, read_text(text.encode(), name), area, law.catalogues_of(area), "v")
    return [f.where + f.found for f in r.findings]


@pytest.mark.parametrize(
    "text",
    [
        "layers:\n- name: pool\n  rate: " + "{sum: [" * 60 + "1" + "]}" * 60,
        "[" * 100_000,
        "{a: " * 50_000,
        "a: " + "x" * 1_000_000,
        "layers: [" + "{name: a, rate: 1}," * 3000 + "]",
        "? " * 5000,
    ],
)
def test_large_and_deep_texts_do_not_hang(text: str) -> None:
    assert read(text.encode()) != "read"


def test_a_large_table_is_judged_in_time() -> None:
    """Many attributes at once: too many points to list, so a last cell without condition is asked for."""
    names = [f"a{i}" for i in range(12)]
    declared = "".join(f"  {n}: {{type: integer, default: 0}}\n" for n in names)
    when = ", ".join(f"{n}: {{min: {i + 1}}}" for i, n in enumerate(names))
    text = f"attributes:\n{declared}layers:\n- name: pool\n  rate: [{{when: {{{when}}}, value: 80}}, LAST]\n"
    assert read(text.replace("LAST", "{when: {a1: 1}, value: 70}").encode()) == "missing_cell"
    assert read(text.replace("LAST", "{value: 70}").encode()) == "read"
