"""Early against normal as a picture: lines in the terminal (plotext), SVG or PNG in a file (matplotlib)."""

from __future__ import annotations

import warnings
from decimal import Decimal
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMATS = (".svg", ".png")
NEEDS = "compare"
"""The key, and the option, without which there is nothing to draw."""
FONTS = ("Noto Sans CJK SC", "Noto Serif CJK SC", "WenQuanYi Micro Hei", "Microsoft YaHei", "SimHei", "PingFang SC")
"""Fonts with Chinese letters, the first that is there; a PNG without any is written in English."""
WIDTH, HEIGHT, EACH = 92, 24, 3
"""Of the terminal's plot, in letters; every third month is drawn."""
WAN = 10_000
TEXTS = {
    "title": ("累计领取养老金：提前与正常退休", "pension paid out in all: early and normal"),
    "early": ("提前 {retires}，每月 {total} 元", "early {retires}, {total} yuan a month"),
    "normal": ("正常 {retires}，每月 {total} 元", "normal {retires}, {total} yuan a month"),
    "age": ("年龄（岁）", "age"),
    "wan": ("累计（万元）", "paid out (10,000 yuan)"),
    "even": ("{age} 持平", "even at {age}"),
    "legend": ("⠒ 提前  • 正常；纵轴：累计万元，横轴：岁", "⠒ early  • normal; up: 10,000 yuan paid out; along: age"),
}


def drawn(answer: dict[str, Any], lang: str) -> str:
    """The plot as lines of letters, without colour."""
    import plotext as plot

    ages, early, normal = (column[::EACH] for column in series(answer))
    plot.clear_figure()
    plot.theme("clear")
    plot.plot_size(WIDTH, HEIGHT)
    plot.plot(ages, early, marker="braille")
    plot.plot(ages, normal, marker="dot")
    even = answer["compare"]["break_even_age_months"]
    if even is not None and even / 12 < ages[-1]:
        plot.vline(even / 12)
    return str(plot.uncolorize(plot.build())).rstrip() + "\n" + text("legend", lang)


def save(answer: dict[str, Any], path: Path, lang: str) -> None:
    """Writes SVG or PNG by the ending of the name."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.fonttype"] = "none"
    matplotlib.rcParams["svg.hashsalt"] = "tongchou"
    from matplotlib import font_manager, pyplot

    known = {f.name for f in font_manager.fontManager.ttflist}
    font = next((f for f in FONTS if f in known), None)
    if font is None and path.suffix.lower() == ".png":
        lang = "en"
    with warnings.catch_warnings(), matplotlib.rc_context({"font.family": [font or "sans-serif"]}):
        warnings.filterwarnings("ignore", message="Glyph")  # an SVG is written in the reader's fonts
        figure, axes = pyplot.subplots(figsize=(8, 4.8), layout="constrained")
        _draw(axes, answer, lang)
        figure.savefig(path, dpi=160, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
        pyplot.close(figure)


def _draw(axes: Any, answer: dict[str, Any], lang: str) -> None:
    ages, early, normal = series(answer)
    both = answer["compare"]
    for key, values, colour, line in (("early", early, "#c2410c", "--"), ("normal", normal, "#1d4ed8", "-")):
        axes.plot(ages, values, color=colour, linestyle=line, linewidth=2, label=text(key, lang, **both[key]))
    even = both["break_even_age_months"]
    if even is not None and even / 12 < ages[-1]:
        height = early[ages.index(even / 12)]
        axes.axvline(even / 12, color="#6b7280", linewidth=1, linestyle=":")
        axes.plot([even / 12], [height], "o", color="#111827")
        axes.annotate(
            text("even", lang, age=age_text(even, lang)),
            (even / 12, height),
            xytext=(10, -18),
            textcoords="offset points",
        )
    axes.set_title(text("title", lang))
    axes.set_xlabel(text("age", lang))
    axes.set_ylabel(text("wan", lang))
    axes.grid(alpha=0.25)
    axes.margins(x=0)
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper left", frameon=False)


def series(answer: dict[str, Any]) -> tuple[list[float], list[float], list[float]]:
    """(age in years, early, normal in 10,000 yuan) by month, for the eye only."""
    from tongchou.law.days import month_number

    early = answer["compare"]["early"]
    born = month_number(early["retires"]) - early["age_months"]
    rows = answer["by_month"]
    ages = [(month_number(r["month"]) - born) / 12 for r in rows]
    early_paid, normal_paid = ([float(Decimal(r[way]) / WAN) for r in rows] for way in ("early", "normal"))
    return ages, early_paid, normal_paid


def text(key: str, lang: str, **facts: Any) -> str:
    """A text of the picture."""
    return TEXTS[key][lang != "zh"].format_map(facts)


def age_text(months: int, lang: str) -> str:
    """An age in months as people say it."""
    from tongchou.interfaces.wording.people.form import fact

    return fact("age_months", months, lang)
