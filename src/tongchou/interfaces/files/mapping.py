"""What a mapping file says: how the columns of a foreign file become the columns of a claims file.

YAML; every scalar is text, so no number passes through a float and ``on`` is no truth value::

    title: what the file is            # optional
    columns:
      claim_id:     {line_number: true, prefix: "a-"}      # the row's own line (Parquet: row number)
      person_id:    {join: [set, person], separator: "-"}  # an id from several columns
      scheme:       {constant: employee}                   # what the source lacks
      category:     {from: class, codes: {inpatient: inpatient}, otherwise: outpatient, empty: outpatient}
      identity:     {from: poor, codes: {低保: minimum_allowance, 特困: destitute}, several: "、"}
      service_date: {from: start_date, dates: ["YYYY/M/D H:mm"], cut: day, every_year_onto: 2023}
      admission_date: {from_year: year, years: {1: 2022, 2: 2023}, month_day: 06-30}
      born:         {from_year: birth_year, month: 07}
      billed:       {from: cost, thousands: ",", currency: [¥, 元], exchange: 7/1, rounding: half_up}
      in_scope:     {sum: [drugs, stay], rounding: half_up}      # or half_even, down
      level:        klass                # short for {from: klass}
    ignore: [rank]                       # columns of the source that are not what their name says

A code that ``codes`` does not list becomes ``otherwise``, or stays as it is. An empty cell stays empty
unless ``empty`` says more. ``years`` says which year a value stands for, before any shift; a value it does not
list rejects its row. An exchange
rate is applied exactly, the sum and the rate before the one rounding. A column of the source that already
has a contract name and stands nowhere above is taken as it is. No key drops rows: a row that cannot be
mapped keeps its text and is rejected for it like any other. docs/mapping.md is the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Way = Literal["constant", "line_number", "join", "sum", "from_year", "from"]

ROUNDINGS = ("half_up", "half_even", "down")


@dataclass(frozen=True)
class ColumnMap:
    """How one column is made; what is not said is None or empty. ``way`` is a key of the format."""

    target: str
    way: Way
    sources: tuple[str, ...] = ()
    constant: str = ""
    prefix: str = ""
    separator: str = "-"
    codes: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    empty: str | None = None
    shift_years: int = 0
    every_year_onto: int | None = None
    years: tuple[tuple[str, int], ...] = ()
    month_day: str | None = None
    """MM-DD, or MM where the column is a month; of ``from_year`` only."""
    exchange: Fraction | None = None
    rounding: str | None = None
    thousands: str = ""
    currency: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    cut: str = ""
    """``day`` or ``month``."""
    several: str = ""
    """What parts the codes of one cell."""

    @property
    def plain(self) -> bool:
        """Whether this is a mere renaming."""
        return self == ColumnMap(self.target, "from", self.sources)


@dataclass(frozen=True)
class Mapping:
    """A mapping file read and checked."""

    path: str
    title: str
    columns: tuple[ColumnMap, ...]
    ignore: tuple[str, ...] = ()

    def describe(self, lang: str = "zh") -> list[str]:
        """One sentence for each thing the mapping does, for the summary."""
        lines = [_sentence(c, lang) for c in self.columns]
        if self.ignore:
            names = ", ".join(self.ignore)
            zh, en = f"不按列名取用的列：{names}。", f"Not taken under their names: {names}."
            lines.append(en if lang == "en" else zh)
        return lines


def _sentence(c: ColumnMap, lang: str) -> str:
    """``target: how`` and after it whatever is done to the value."""
    en = lang == "en"
    names = " + ".join(c.sources)
    prefixed = (f", after '{c.prefix}'", f"，前缀“{c.prefix}”")[not en] if c.prefix else ""
    start = {
        "constant": ("constant {}", "固定为 {}")[not en].format(c.constant),
        "line_number": ("the line number", "行号")[not en] + prefixed,
        "join": ("{} joined with '{}'", "由 {} 以“{}”连接")[not en].format(names, c.separator) + prefixed,
        "sum": ("the sum {}", "{} 之和")[not en].format(names),
        "from_year": ("the year in {}, on {}", "{} 列的年份，月日取 {}")[not en].format(names, c.month_day),
        "from": ("from {}", "取自 {}")[not en].format(names),
    }[c.way]
    done = [start]

    def say(english: str, chinese: str, given: object) -> None:
        if given not in (None, (), 0, ""):
            done.append(english if en else chinese)

    say(f"several codes parted by '{c.several}'", f"一格多码，以“{c.several}”分隔", c.several)
    pairs = ", ".join(f"{a} → {b}" for a, b in c.codes)
    say(f"codes {pairs}", f"代码 {pairs}", c.codes)
    say(f"any other {c.otherwise}", f"其余为 {c.otherwise}", c.otherwise)
    say(f"empty {c.empty}", f"空值为 {c.empty}", c.empty)
    forms = ", ".join(c.dates)
    say(f"dates written {forms}", f"日期写法 {forms}", c.dates)
    say(f"cut to the {c.cut}", f"截至{'日' if c.cut == 'day' else '月'}", c.cut)
    pairs = ", ".join(f"{a} → {b}" for a, b in c.years)
    say(f"years {pairs}", f"年份 {pairs}", c.years)
    say(f"shifted by {c.shift_years:+d} years", f"平移 {c.shift_years:+d} 年", c.shift_years)
    onto = c.every_year_onto
    say(
        f"every year onto {onto} (29 February becomes 28)",
        f"各年一律记作 {onto} 年（2 月 29 日记作 28 日）",
        onto,
    )
    marks = " ".join(c.currency)
    say(f"without {marks}", f"去掉 {marks}", c.currency)
    say(f"thousands parted by '{c.thousands}'", f"千分位为“{c.thousands}”", c.thousands)
    say(f"times {c.exchange} exactly", f"按汇率 {c.exchange} 精确换算", c.exchange)
    words = {"half_up": "四舍五入", "half_even": "四舍六入五成双", "down": "截去"}
    say(f"rounded {c.rounding} to the fen", f"{words.get(c.rounding or '', '')}到分", c.rounding)
    return f"{c.target}: " + "; ".join(done) + "." if en else f"{c.target}：" + "；".join(done) + "。"
