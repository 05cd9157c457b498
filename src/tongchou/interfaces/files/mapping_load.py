"""A mapping file from YAML, strictly: an unknown key or a value of another shape refuses it."""

from __future__ import annotations

import calendar
import re
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import yaml

from .mapping import ROUNDINGS, ColumnMap, Mapping, Way
from .mapping_words import SEPARATORS, form_pattern
from .refusal import FileRefused, suggestions

Tree = str | list["Tree"] | dict[str, "Tree"]

_TOP = ("title", "columns", "ignore")
_BESIDE: dict[Way, tuple[str, ...]] = {
    "constant": (),
    "line_number": ("prefix",),
    "join": ("separator", "prefix"),
    "sum": ("thousands", "currency", "exchange", "rounding"),
    "from_year": ("years", "month_day", "month", "shift_years", "every_year_onto"),
    "from": (
        *("codes", "otherwise", "empty", "several"),
        *("dates", "cut", "shift_years", "every_year_onto"),
        *("thousands", "currency", "exchange", "rounding"),
    ),
}
"""The ways to make a column, each with the keys that may stand beside it."""
_WAYS: tuple[Way, ...] = get_args(Way)
_KEYS = tuple(dict.fromkeys([*_WAYS, *(k for keys in _BESIDE.values() for k in keys)]))
_DEPTH = 4
_CUTS = ("day", "month")
_READ = {"exchange": "fraction", "shift_years": "shift", "every_year_onto": "year"}
"""Keys whose reading method has another name than the key."""


def load_mapping(path: str | Path) -> Mapping:
    """Read a mapping file.

    Raises ``FileRefused``: ``map_unreadable``, ``map_not_yaml``, ``map_unknown_key``, ``map_wrong_value``.
    """
    return _Loader(str(path)).mapping()


class _Loader:
    def __init__(self, path: str) -> None:
        self.path = path

    # -- from text to a tree -------------------------------------------------------------------------
    def tree(self) -> Tree:
        try:
            text = Path(self.path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise FileRefused(
                "map_unreadable",
                f"无法读取映射文件 {self.path}：{error}；请核对路径与 UTF-8 编码",
                f"the mapping file {self.path} cannot be read: {error}; check its path and that it is UTF-8",
            ) from error
        try:
            node = yaml.compose(text, Loader=yaml.CBaseLoader)
        except yaml.YAMLError as error:
            said = " ".join(str(error).split())
            raise FileRefused(
                "map_not_yaml",
                f"映射文件 {self.path} 不是正确的 YAML：{said}；请改正",
                f"the mapping file {self.path} is no sound YAML: {said}; correct it",
            ) from error
        return {} if node is None else self.plain(node, 0)

    def plain(self, node: Any, depth: int) -> Tree:
        """Nodes to text, lists and dicts; a key that stands twice and needless depth are refused."""
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        if depth > _DEPTH:
            raise self.wrong(f"line {line}", f"至多 {_DEPTH} 层", f"at most {_DEPTH} levels", "nesting")
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(n, depth + 1) for n in node.value]
        found: dict[str, Tree] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found or not isinstance(key, yaml.ScalarNode):
                raise self.wrong(f"line {key.start_mark.line + 1}", "每个键只写一次", "every key once", name)
            found[name] = self.plain(value, depth + 1)
        return found

    def wrong(self, where: str, zh: str, en: str, found: object) -> FileRefused:
        return FileRefused(
            "map_wrong_value",
            f"映射文件 {self.path} 的 {where}：应为{zh}，实为 {found}；请改正",
            f"{self.path}: {where}: expected {en}, found {found}; correct it",
        )

    # -- pieces --------------------------------------------------------------------------------------
    def keys(self, tree: Tree, where: str, allowed: tuple[str, ...]) -> dict[str, Tree]:
        if not isinstance(tree, dict):
            raise self.wrong(where, "若干个“键: 值”", "keys with values", repr(tree))
        unknown = [key for key in tree if key not in allowed]
        if unknown:
            zh, en = suggestions(unknown, allowed)
            known = ", ".join(allowed)
            raise FileRefused(
                "map_unknown_key",
                f"映射文件 {self.path} 的 {where} 有不认识的键 {'、'.join(unknown)}{zh}；可用的键：{known}",
                f"{self.path}: {where} has unknown keys {', '.join(unknown)}{en}; known here: {known}",
            )
        return tree

    def text(self, tree: Tree, where: str, empty: bool = False) -> str:
        if not isinstance(tree, str) or not (tree or empty):
            raise self.wrong(where, "一段文字", "a text", repr(tree))
        return tree

    def texts(self, tree: Tree, where: str) -> tuple[str, ...]:
        if not isinstance(tree, list) or not tree:
            raise self.wrong(where, "列名的列表", "a list of columns", repr(tree))
        return tuple(self.text(t, f"{where}[{k}]") for k, t in enumerate(tree))

    def pairs(self, tree: Tree, where: str) -> tuple[tuple[str, str], ...]:
        if not isinstance(tree, dict) or not tree:
            raise self.wrong(where, "“原值: 新值”的对照", "pairs of old and new", repr(tree))
        return tuple((old, self.text(new, f"{where}.{old}")) for old, new in tree.items())

    def year(self, tree: Tree, where: str) -> int:
        word = self.text(tree, where)
        if re.fullmatch("[0-9]{4}", word) is None or word == "0000":
            raise self.wrong(where, "四位年份", "a year of four digits", repr(word))
        return int(word)

    def shift(self, tree: Tree, where: str) -> int:
        word = self.text(tree, where)
        if re.fullmatch("[+-]?[0-9]{1,4}", word) is None:
            raise self.wrong(where, "年数（整数）", "a whole number of years", repr(word))
        return int(word)

    def fraction(self, tree: Tree, where: str) -> Fraction:
        word = self.text(tree, where)
        if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?(/[0-9]{1,15})?", word):
            top, _, bottom = word.partition("/")
            if Fraction(bottom or "1") > 0 and Fraction(top) > 0:
                return Fraction(top) / Fraction(bottom or "1")
        zh, en = "正的分数或小数，如 7/1", "a positive fraction or decimal such as 7/1"
        raise self.wrong(where, zh, en, repr(word))

    def month_day(self, tree: Tree, where: str) -> str:
        word = self.text(tree, where)
        match = re.fullmatch("([0-9]{2})-([0-9]{2})", word)
        if match:
            month, day = int(match[1]), int(match[2])
            if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2024, month)[1]:
                return word
        raise self.wrong(where, "月日 MM-DD", "a month and day, MM-DD", repr(word))

    def month(self, tree: Tree, where: str) -> str:
        word = self.text(tree, where)
        if re.fullmatch("0[1-9]|1[0-2]", word) is None:
            raise self.wrong(where, "两位月份", "a month of two digits", repr(word))
        return word

    def thousands(self, tree: Tree, where: str) -> str:
        word = self.text(tree, where)
        if word not in SEPARATORS:
            names = " ".join(repr(w) for w in SEPARATORS)
            raise self.wrong(where, f" {names} 之一", f"one of {names}", repr(word))
        return word

    def currency(self, tree: Tree, where: str) -> tuple[str, ...]:
        marks = (tree,) if isinstance(tree, str) and tree else self.texts(tree, where)
        for mark in marks:
            if any(letter.isdigit() or letter in ".,-+" for letter in mark):
                raise self.wrong(where, "货币符号，如 ¥、元", "a currency mark such as ¥", repr(mark))
        return marks

    def dates(self, tree: Tree, where: str) -> tuple[str, ...]:
        forms = (tree,) if isinstance(tree, str) and tree else self.texts(tree, where)
        for form in forms:
            if form_pattern(form) is None:
                zh = "由 YYYY、MM 或 M、DD 或 D、HH 或 H、mm、ss 组成的日期写法，如 YYYY年M月D日"
                en = "a form made of YYYY, MM or M, DD or D, HH or H, mm, ss, such as YYYY/M/D"
                raise self.wrong(where, zh, en, repr(form))
        return forms

    def cut(self, tree: Tree, where: str) -> str:
        word = self.text(tree, where)
        if word not in _CUTS:
            raise self.wrong(where, " day 或 month", "day or month", repr(word))
        return word

    def rounding(self, tree: Tree, where: str) -> str:
        word = self.text(tree, where)
        if word not in ROUNDINGS:
            names = ", ".join(ROUNDINGS)
            raise self.wrong(where, f" {names} 之一", f"one of {names}", repr(word))
        return word

    # -- the whole -----------------------------------------------------------------------------------
    def mapping(self) -> Mapping:
        top = self.keys(self.tree(), "/", _TOP)
        columns = top.get("columns")
        if not isinstance(columns, dict) or not columns:
            zh, en = "“列名: 做法”的对照", "column names, each with how it is made"
            raise self.wrong("columns", zh, en, repr(columns))
        return Mapping(
            self.path,
            self.text(top.get("title", ""), "title", empty=True),
            tuple(self.column(name, spec) for name, spec in columns.items()),
            self.texts(top["ignore"], "ignore") if "ignore" in top else (),
        )

    def column(self, target: str, tree: Tree) -> ColumnMap:
        where = f"columns.{target}"
        if isinstance(tree, str):
            tree = {"from": tree}
        items = self.keys(tree, where, _KEYS)
        ways = [way for way in _WAYS if way in items]
        if len(ways) != 1:
            names, found = ", ".join(_WAYS), ", ".join(ways) or "none of them"
            raise self.wrong(where, f"其中恰好一种：{names}", f"exactly one of {names}", found)
        way = ways[0]
        for key in items:
            if key != way and key not in _BESIDE[way]:
                allowed = ", ".join(_BESIDE[way]) or "nothing"
                raise self.wrong(where, f"“{way}”旁只可有 {allowed}", f"beside {way} only {allowed}", key)
        if way == "from_year" and ("month" in items) == ("month_day" in items):
            zh, en = "恰有 month 或 month_day 之一", "either month or month_day"
            raise self.wrong(where, zh, en, ", ".join(items))
        if "several" in items and "codes" not in items:
            raise self.wrong(where, "several 旁有 codes", "codes beside several", ", ".join(items))
        return ColumnMap(target, way, **self.fields(way, items, where))

    def fields(self, way: Way, items: dict[str, Tree], where: str) -> dict[str, Any]:
        """Every key read by its own rule, under the name of its field."""
        found: dict[str, Any] = {}
        for key, tree in items.items():
            at = f"{where}.{key}"
            match key:
                case "from" | "from_year":
                    found["sources"] = (self.text(tree, at),)
                case "join" | "sum":
                    found["sources"] = self.texts(tree, at)
                case "line_number":
                    if tree != "true":
                        raise self.wrong(at, " true", "true", repr(tree))
                case "codes":
                    found[key] = self.pairs(tree, at)
                case "years":
                    found[key] = tuple((old, self.year(new, at)) for old, new in self.pairs(tree, at))
                case "month":
                    found["month_day"] = self.month(tree, at)
                case "prefix" | "separator":
                    found[key] = self.text(tree, at, empty=True)
                case "shift_years" | "exchange" | "rounding" | "month_day" | "every_year_onto":
                    found[key] = getattr(self, _READ.get(key, key))(tree, at)
                case "thousands" | "currency" | "dates" | "cut":
                    found[key] = getattr(self, _READ.get(key, key))(tree, at)
                case _:
                    found[key] = self.text(tree, at)
        return found
