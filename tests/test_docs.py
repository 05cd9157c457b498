"""The documents promise only what is there: commands, links, words and examples."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from tongchou.interfaces.cli import root
from tongchou.interfaces.cli.law_cases import run_cases
from tongchou.law.check import check_law, load_checked_scheme
from tongchou.law.coverage import coverage_of
from tongchou.law.tables import BASE_PARTS, STANDARD_FUNDS
from tongchou.law.tree import read_tree

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "CHANGELOG.md"])
LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)\s]+)\)")


def script(name: str) -> ModuleType:
    """A script of ``scripts/`` as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def sh_blocks(page: str) -> list[tuple[str, bool]]:
    """The commands of a page, as CI finds them, and whether CI leaves them out."""
    found = script("readme_commands").blocks((ROOT / page).read_text(encoding="utf-8"))
    return [(b.text, b.left_out) for b in found]


def test_readme_commands_are_sound_shell() -> None:
    blocks = sh_blocks("README.md")
    assert len(blocks) > 8
    for text, _ in blocks:
        done = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True, check=False)
        assert done.returncode == 0, f"{text}\n{done.stderr}"


def test_readme_shows_commands_that_exist() -> None:
    for text, _ in sh_blocks("README.md"):
        for words in re.findall(r"\.venv/bin/tongchou ((?:[a-z]+(?:-[a-z]+)* ?){1,2})", text):
            command: click.Command | None = root
            for word in words.split():
                if isinstance(command, click.Group):
                    command = command.get_command(click.Context(command), word)
                    assert command is not None, f"no command {word}: {text}"


def test_both_readmes_show_the_same_commands() -> None:
    assert sh_blocks("README.zh.md") == sh_blocks("README.md")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as a forge makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_resolve(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file) if file else page
        assert target.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in anchors(target), f"{page.name}: {link}"


def glossary() -> Iterator[tuple[str, str, str, str]]:
    """Rows of the glossary: section, English, Chinese, meaning."""
    section = ""
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:]
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if line.startswith("|") and cells[0] not in ("English", "---"):
            assert len(cells) == 3, line
            yield section, cells[0], cells[1], cells[2]


def test_glossary_has_each_word_once_with_one_meaning() -> None:
    rows = list(glossary())
    assert len(rows) > 40
    assert all(english and chinese and meaning.endswith(".") for _, english, chinese, meaning in rows)
    words = [english for _, english, _, _ in rows]
    assert sorted(words) == sorted(set(words))
    for column in (2, 3):  # a section has no two words for one thing
        seen = [(row[0], row[column]) for row in rows]
        assert sorted(seen) == sorted(set(seen))
    chinese: dict[str, set[str]] = {}
    for _, english, zh, _ in rows:
        chinese.setdefault(zh, set()).add(english.strip("`").replace("_", " ").replace("-", " "))
    for zh, names in chinese.items():  # only a name in data shares the Chinese of the word it stands for
        short, *rest = sorted(names, key=len)
        assert all(name.startswith(short) for name in rest), f"{zh}: {names}"


def test_glossary_has_every_layer_and_part() -> None:
    words = {english.strip("`") for _, english, _, _ in glossary() if english.startswith("`")}
    assert {*STANDARD_FUNDS, *BASE_PARTS} <= words


def law_files() -> dict[str, str]:
    """The YAML examples of docs/law-format.md by the path in their first line."""
    text = (ROOT / "docs" / "law-format.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", text, re.M | re.S)
    assert len(blocks) == text.count("```yaml"), "every example names its file in its first line"
    return dict(blocks)


def test_law_examples_pass_the_checker(tmp_path: Path) -> None:
    for name, text in law_files().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    alone = list(tmp_path.glob("*.yaml"))
    trees = {p.parent for p in tmp_path.rglob("overlay.yaml")}
    assert alone
    assert trees
    for path in alone:
        assert load_checked_scheme(path).layers
    for tree in trees:
        law, findings = check_law(tree)
        assert [f.sentence() for f in findings] == []
        assert ("990100", "resident") in law.schemes
        ran = run_cases(law.cases, lambda c, law=law: law.scheme(c.area, c.scheme, c.known), law.documents)  # type: ignore[misc]
        assert [f.sentence() for f in ran.findings] == []
        assert ran.cases > 1


PARTS = re.compile(r"^```(sh|yaml|text)\n(.*?)^```$", re.M | re.S)
AREA_PAGES = {"docs/add-an-area.md": "en", "docs/add-an-area.zh.md": "zh"}


def shown_in_order(told: str, shown: str) -> str | None:
    """The first line of a page's ``text`` block that the output does not show there; ``…`` leaves lines out."""
    lines, at, skips = told.splitlines(), 0, False
    for line in shown.splitlines():
        if line == "…":
            skips = True
            continue
        found = [i for i in range(at, len(lines)) if lines[i].rstrip().startswith(line.rstrip())]
        if not found or (found[0] != at and not skips and at):
            return line
        at, skips = found[0] + 1, False
    return None


@pytest.mark.parametrize("page", AREA_PAGES)
def test_an_area_is_written_as_the_page_says(page: str, tmp_path: Path) -> None:
    """Every file and command of the page, in order; each command answers as shown, and the end is the example."""
    tool = tmp_path / "bin" / "tongchou"
    tool.parent.mkdir()
    tool.write_text(f"#!{sys.executable}\nfrom tongchou.interfaces.cli import main\n\nmain()\n", encoding="utf-8")
    tool.chmod(0o755)
    env = {**os.environ, "PATH": f"{tool.parent}:{os.environ['PATH']}", "TONGCHOU_LANG": AREA_PAGES[page]}
    env["PYTHONPATH"] = str(ROOT / "src")
    out = ""
    for kind, text in PARTS.findall((ROOT / page).read_text(encoding="utf-8")):
        if kind == "yaml":
            name, _, body = text.partition("\n")
            path = tmp_path / name.removeprefix("# ")
            assert path.exists(), f"{path} is one of the files that `law new` began"
            path.write_text(body, encoding="utf-8")
        elif kind == "sh":
            done = subprocess.run(
                ["bash", "-c", text], cwd=tmp_path, env=env, text=True, capture_output=True, stdin=subprocess.DEVNULL
            )
            assert done.stderr == "", text
            out = done.stdout
        else:
            missing = shown_in_order(out, text)
            assert missing is None, f"{page}: not shown:\n{missing}\n--- but\n{out}"
    example = ROOT / "examples" / "areas" / "wuhan"
    files = sorted(p.relative_to(example) for p in example.rglob("*.yaml"))
    assert files
    assert files == sorted(p.relative_to(tmp_path / "wuhan") for p in (tmp_path / "wuhan").rglob("*.yaml"))
    for file in files:
        assert (tmp_path / "wuhan" / file).read_text("utf-8") == (example / file).read_text("utf-8"), file


def test_both_area_pages_show_the_same_files_and_commands() -> None:
    first, second = (
        [b for b in PARTS.findall((ROOT / page).read_text(encoding="utf-8")) if b[0] != "text"] for page in AREA_PAGES
    )
    assert first == second


def test_own_policy_passes_the_checker() -> None:
    files = sorted((ROOT / "examples" / "schemes").glob("*.yaml"))
    assert files
    for path in files:
        assert load_checked_scheme(path).layers


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its full name."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    for word in command.list_commands(click.Context(command)):
        inner = command.get_command(click.Context(command), word)
        assert inner is not None
        yield from commands(inner, f"{name} {word}")


def test_every_help_has_an_example() -> None:
    found = dict(commands(root, "tongchou"))
    assert {"tongchou settle", "tongchou explain", "tongchou quote visit", "tongchou law check"} <= set(found)
    for name, command in found.items():
        text = command.get_help(click.Context(command, info_name=name))
        assert "例 Example:" in text, name
        assert name in text.partition("例 Example:")[2], name


def test_documents_count_the_provisions_as_coverage_does() -> None:
    told = coverage_of(read_tree(None))
    done, all_of_them = told["done"], len(told["provisions"])
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")}
    assert f"{done} of the {all_of_them} provisions" in texts["README.md"]
    assert f"{all_of_them} 条规定中，已实现 {done} 条" in texts["README.zh.md"]


def test_picture_shows_the_answer_of_today() -> None:
    """``scripts/make_picture.py`` draws the README's picture from the law as it is."""
    svg = (ROOT / "docs" / "images" / "explain.svg").read_text(encoding="utf-8")
    shown = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))
    result = script("make_picture").told()["result"]
    for key in ("fund_total", "personal"):
        fen = result[key]
        assert f"{fen // 100}.{fen % 100:02d}" in shown, f"{key}: run scripts/make_picture.py"
