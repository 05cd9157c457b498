"""The flow as a picture, twice: lying for a wide page, standing for a narrow one. Lengths are ints of 1/100 px.

The stream is as thick as what is still to be borne. Each layer takes its payment off one edge of it; what is left
at the end is the person's, part by part. Funds leave first and parts keep their order, so no two bands cross: the
lying stream stands on the picture's foot, and every band rises or runs level.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tongchou.interfaces.wording.names import pick

from .flow import Branch, Flow
from .text import grouped, width, wrapped

PX = 100
THIN = 150
"""A band of any amount is at least this thick, 1.5 px, so that it can be seen."""
NAME, AMOUNT = 13, 14
"""Sizes of letters, px."""


@dataclass
class Picture:
    """Shapes in the order of painting; numbers as decimal text in px."""

    kind: str
    width: int
    height: int = 0
    bands: list[tuple[str, str]] = field(default_factory=list)
    """(class, path)."""
    texts: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    """(class, x, y, anchor, text)."""
    marks: list[tuple[str, str, str]] = field(default_factory=list)
    """(x, y, number) of a layer."""

    def band(self, kind: str, *path: str | int) -> None:
        self.bands.append((kind, " ".join(p if isinstance(p, str) else px(p) for p in path)))

    def text(self, kind: str, x: int, y: int, text: str, anchor: str = "start") -> None:
        self.texts.append((kind, px(x), px(y), anchor, text))

    def mark(self, x: int, y: int, number: int) -> None:
        self.marks.append((px(x), px(y), str(number)))

    def bar(self, kind: str, x: int, y: int, w: int, h: int) -> None:
        self.band(kind, "M", x, y, "h", w, "v", h, "h", -w, "Z")


def px(hundredths: int) -> str:
    """1/100 px as decimal text."""
    sign, (whole, rest) = ("-" if hundredths < 0 else ""), divmod(abs(hundredths), PX)
    return f"{sign}{whole}" + (f".{rest:02d}".rstrip("0") if rest else "")


@dataclass(frozen=True)
class Row:
    """One line of the receivers: a heading (no branch) or a branch with its name in lines."""

    heading: str
    amount: int
    branch: Branch | None
    lines: tuple[str, ...]


def rows_of(flow: Flow, lang: str, room: int) -> list[Row]:
    """Headings and branches in the order in which they leave the stream; names at most ``room`` px wide."""
    out: list[Row] = []
    for _, heading, mine in flow.groups(lang):
        out.append(Row(heading, sum(b.amount for b in mine), None, ()))
        out += [Row("", b.amount, b, tuple(wrapped(b.name, room - 22 * (b.number > 0), NAME))) for b in mine]
    return out


def thick(amount: int, flow: Flow, whole: int) -> int:
    """How thick an amount is, of ``whole`` for all that flows."""
    return abs(amount) * whole // abs(flow.total)


# -- lying ---------------------------------------------------------------------------------------------------------
WIDE, LABELS, END, FIRST, LAST = 880, 606 * PX, 592 * PX, 132 * PX, 452 * PX


def lying(flow: Flow, lang: str) -> Picture:
    """For a wide page: from the bill at the left through the layers to who pays at the right."""
    rows = rows_of(flow, lang, 170)
    p, whole = Picture("lying", WIDE), (200 if len(rows) < 8 else 150) * PX
    heights = [_lying_height(r, flow, whole) for r in rows]
    foot = max(sum(heights), whole) + 6 * PX
    y, slots = foot - sum(heights), []
    for r, h in zip(rows, heights, strict=True):
        slots.append((r, y, h))
        y += h
    xs = _node_places(flow)
    top = foot - whole
    p.bar("source", 0, top + thick(flow.surplus, flow, whole), 10 * PX, thick(flow.billed, flow, whole))
    if flow.surplus:
        p.bar("surplus", 0, top, 10 * PX, thick(flow.surplus, flow, whole))
    last = xs[-1] if xs else FIRST
    x, leaving = 10 * PX, []
    for node, at in zip(flow.nodes, xs, strict=True):
        p.bar("stream", x, top, at - x, foot - top)
        leaving.append((node.number, at, top))
        p.bar("node", at - 2 * PX, top, 4 * PX, max(foot - top, THIN))
        top, x = top + thick(node.paid, flow, whole), at
    p.bar("stream", x, top, last - x, foot - top)
    for r, y, h in slots:
        if r.branch is None:
            _heading(p, r, LABELS, WIDE * PX, y + h - 9 * PX)
            continue
        t = thick(r.amount, flow, whole)
        start = next(((at, s) for n, at, s in leaving if n == r.branch.number), (last, top))
        if r.branch.number == 0:
            top += t
        _ribbon(p, r.branch.kind, start[0], start[1], END, y + (h - t) // 2, t)
        _labels(p, r, LABELS, WIDE * PX, y + h // 2)
    _feet(p, flow, lang, foot, xs)
    return p


def _lying_height(r: Row, flow: Flow, whole: int) -> int:
    """A receiver's row is as high as its band and its words need."""
    if r.branch is None:
        return 34 * PX
    return max(thick(r.amount, flow, whole) + 5 * PX, (8 + 18 * len(r.lines)) * PX)


def _node_places(flow: Flow) -> list[int]:
    n = len(flow.nodes)
    return [FIRST + (LAST - FIRST) * k // max(n - 1, 1) for k in range(n)]


def _ribbon(p: Picture, kind: str, x: int, y: int, end: int, to: int, t: int) -> None:
    """A band from the stream's edge to its receiver, drawn at least ``THIN``."""
    t, middle = max(t, THIN), (x + end) // 2
    p.band(
        kind, "M", x, y, "C", middle, y, middle, to, end, to, "v", t, "C", middle, to + t, middle, y + t, x, y + t, "Z"
    )


def _feet(p: Picture, flow: Flow, lang: str, foot: int, xs: list[int]) -> None:
    """Words under the stream: the bill, and each layer with what is left after it."""
    y = foot + 20 * PX
    p.text("name", 0, y, pick(("总费用", "Billed"), lang))
    p.text("amount", 0, y + 20 * PX, grouped(flow.billed))
    below = _surplus_words(flow, lang) if flow.surplus else []
    for k, line in enumerate(below):
        p.text("small", 0, y + (40 + 16 * k) * PX, line)
    most = len(below) + 1
    step = (xs[1] - xs[0]) // PX if len(xs) > 1 else 200
    for node, x in zip(flow.nodes, xs, strict=True):
        p.mark(x, y - 4 * PX, node.number)
        room = (150 if x == xs[-1] else step) - 10
        lines = wrapped(node.title, room, 12)
        for k, line in enumerate([*lines, *_left_words(node.left, room, lang)]):
            p.text("small" if k < len(lines) else "left", x - 9 * PX, y + (20 + 16 * k) * PX, line)
        most = max(most, len(lines) + 1)
    p.height = y // PX + 20 + 16 * most + 12


def _left_words(left: int, room: int, lang: str) -> list[str]:
    """What is left after a layer, in one line where it fits."""
    words = [pick(("剩", "left"), lang), grouped(left)]
    one = " ".join(words)
    return [one] if width(one, 12) <= room else words


def _surplus_words(flow: Flow, lang: str) -> list[str]:
    return [pick(("＋定额结余", "+ package"), lang), pick(("归医院", "surplus"), lang), grouped(flow.surplus)]


# -- standing ------------------------------------------------------------------------------------------------------
NARROW, TRUNK, RIM, WORDS = 328, 96 * PX, 122 * PX, 130 * PX


def standing(flow: Flow, lang: str) -> Picture:
    """For a narrow page: from the bill above down, each payment leaving to the right."""
    p, y = Picture("standing", NARROW), 17 * PX
    p.text("name", 0, y, pick(("总费用", "Billed"), lang))
    p.text("amount", NARROW * PX, y, grouped(flow.billed), "end")
    if flow.surplus:
        y += 22 * PX
        p.text("name", 0, y, pick(("＋定额结余（归医院）", "+ package surplus, institution's"), lang))
        p.text("amount", NARROW * PX, y, grouped(flow.surplus), "end")
    y += 12 * PX
    own = thick(flow.billed, flow, TRUNK)
    p.bar("source", 0, y, own, 8 * PX)
    if flow.surplus:
        p.bar("surplus", own, y, TRUNK - own, 8 * PX)
    y += 8 * PX
    left, drawn = TRUNK, y
    for r in _standing_rows(flow, lang):
        if r.branch is None:
            y += 36 * PX
            _heading(p, r, WORDS, NARROW * PX, y - 10 * PX)
            continue
        t = thick(r.amount, flow, TRUNK)
        h = max(t + 14 * PX, (12 + 18 * len(r.lines) + (0 if _fits(r) else 20)) * PX)
        if r.amount:
            turn = y + (h - t) // 2 - 6 * PX
            p.bar("stream", 0, drawn, left, turn - drawn)
            _turning(p, r.branch.kind, left - max(t, THIN), left, turn, y + (h - t) // 2, max(t, THIN))
            left, drawn = left - t, turn
        _stacked(p, r, y + h // 2)
        y += h
    p.height = y // PX + 6
    return p


def _standing_rows(flow: Flow, lang: str) -> list[Row]:
    """The receivers, and among them the layers that were met and paid nothing."""
    rows = rows_of(flow, lang, NARROW - WORDS // PX)
    paid = {r.branch.number for r in rows if r.branch}
    room = NARROW - WORDS // PX - 22
    for node in flow.nodes:
        if node.number not in paid:
            nothing = Branch("fund", node.title, 0, node.number)
            at = 1 + sum(1 for r in rows if r.branch and 0 < r.branch.number < node.number)
            rows.insert(at, Row("", 0, nothing, tuple(wrapped(node.title, room, NAME))))
    return rows


def _turning(p: Picture, kind: str, inner: int, outer: int, turn: int, to: int, t: int) -> None:
    """A band that leaves the stream downward and turns to the right."""
    inner = max(inner, 0)
    p.band(kind, "M", inner, turn, "Q", inner, to + t, RIM, to + t, "V", to, "Q", outer, to, outer, turn, "Z")


# -- words ---------------------------------------------------------------------------------------------------------
def _heading(p: Picture, r: Row, x: int, end: int, y: int) -> None:
    p.text("heading", x, y, r.heading)
    p.text("total", end, y, grouped(r.amount), "end")


def _labels(p: Picture, r: Row, x: int, end: int, middle: int) -> None:
    """Name at the left, amount at the right, both about the middle of the band."""
    assert r.branch is not None
    y = middle - 9 * PX * (len(r.lines) - 1) + 5 * PX
    if r.branch.number:
        p.mark(x + 8 * PX, y - 5 * PX, r.branch.number)
        x += 22 * PX
    for k, line in enumerate(r.lines):
        p.text("name", x, y + 18 * k * PX, line)
    p.text("amount", end, middle + 5 * PX, grouped(r.amount), "end")


def _fits(r: Row) -> bool:
    """Whether name and amount stand in one line of a narrow page."""
    assert r.branch is not None
    room = NARROW - WORDS // PX - (22 if r.branch.number else 0) - 8
    return len(r.lines) == 1 and width(r.lines[0], NAME) + width(grouped(r.amount), AMOUNT) <= room


def _stacked(p: Picture, r: Row, middle: int) -> None:
    """Name in lines, the amount below."""
    assert r.branch is not None
    if _fits(r):
        _labels(p, r, WORDS, NARROW * PX, middle)
        return
    y = middle - (18 * len(r.lines) + 20) * PX // 2 + 14 * PX
    x = WORDS
    if r.branch.number:
        p.mark(x + 8 * PX, y - 5 * PX, r.branch.number)
        x += 22 * PX
    for k, line in enumerate(r.lines):
        p.text("name", x, y + 18 * k * PX, line)
    p.text("amount", NARROW * PX, y + (18 * len(r.lines) + 2) * PX, grouped(r.amount), "end")
