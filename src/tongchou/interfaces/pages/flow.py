"""Where the money of one bill goes, as a picture's data: what comes in, who pays it, in the order of the reckoning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongchou.interfaces.wording.names import FUND, Words, layer_title, part_title, pick, word

GROUPS: Mapping[str, Words] = {
    "fund": ("基金付", "Funds pay"),
    "institution": ("医院承担", "Institution bears"),
    "person": ("您付", "You pay"),
}
UNDONE: Mapping[str, Words] = {
    "fund": ("基金收回", "Funds take back"),
    "institution": ("医院退回", "Institution gets back"),
    "person": ("退您", "You get back"),
}
"""The same of a settlement that is undone."""


@dataclass(frozen=True)
class Branch:
    """What leaves the stream: to a fund, to the person (one named part), or to the institution. Fen, signed."""

    kind: str
    """``fund``, ``person`` or ``institution``."""
    name: str
    amount: int
    number: int = 0
    """Of the layer that pays, from 1; 0: none."""
    code: str = ""
    """The column or layer the amount stands in."""


@dataclass(frozen=True)
class Node:
    """A layer that the claim met, with what was left to bear after it."""

    number: int
    title: str
    paid: int
    left: int


@dataclass(frozen=True)
class Flow:
    """All that flows: ``billed + surplus`` comes in, the branches go out, fen for fen."""

    billed: int
    surplus: int
    """What the fund pays above the bill (a package price); the institution keeps it."""
    nodes: tuple[Node, ...]
    branches: tuple[Branch, ...]
    sign: int
    """−1: an undone settlement, all amounts of it negative."""

    @property
    def total(self) -> int:
        return self.billed + self.surplus

    def groups(self, lang: str) -> list[tuple[str, str, tuple[Branch, ...]]]:
        """(kind, heading, branches) in the order in which they leave; the institution's only where it bears some."""
        out = []
        for kind, words in (GROUPS if self.sign > 0 else UNDONE).items():
            mine = self.of(kind)
            if mine or kind != "institution":
                out.append((kind, pick(words, lang), mine))
        return out

    def of(self, kind: str) -> tuple[Branch, ...]:
        """Branches of one kind."""
        return tuple(b for b in self.branches if b.kind == kind)


def flow_of(answer: Mapping[str, Any], lang: str) -> Flow:
    """The flow of an explanation. Raises AssertionError where the branches do not add up to the bill."""
    row: Mapping[str, int] = answer["result"]
    titles: Mapping[str, str] = answer["titles"]
    sign = -1 if row["billed"] < 0 or (row["billed"] == 0 and row["fund_total"] < 0) else 1
    institution = row.get("institution", 0)
    surplus = -institution if institution * sign < 0 else 0
    paid = layers_paid(answer)
    if sum(p for _, _, p in paid) != row["fund_total"]:
        paid = []  # an undone row has no steps, and a source may pay beside the funds
    nodes, branches, left = [], [], row["billed"] + surplus
    for number, (name, title, amount) in enumerate(paid, 1):
        left -= amount
        shown = layer_title(name, title, lang)
        nodes.append(Node(number, shown, amount, left))
        if amount:
            branches.append(Branch("fund", shown, amount, number, name))
    if not paid:
        funds = [(k[5:], v) for k, v in row.items() if k.startswith("fund_") and k != "fund_total" and v]
        branches += [Branch("fund", word(FUND, f, lang), v, 0, f) for f, v in funds]
    if institution and not surplus:
        kept = pick(("高于定额的部分", "above the package price"), lang)
        branches.append(Branch("institution", kept, institution, 0, "institution"))
    parts = [(k[7:], v) for k, v in row.items() if k.startswith("person_") and v]
    rest = row["personal"] - sum(v for _, v in parts)
    branches += [Branch("person", part_title(p, titles, lang), v, 0, p) for p, v in parts]
    if rest:
        branches.append(Branch("person", pick(("其他", "other"), lang), rest, 0, "other"))
    flow = Flow(row["billed"], surplus, tuple(nodes), tuple(branches), sign)
    if sum(b.amount for b in branches) != flow.total:
        raise AssertionError(f"the branches add up to {sum(b.amount for b in branches)}, not to {flow.total} fen")
    return flow


def layers_paid(answer: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """(layer, title, what it paid) of each layer of a fund that was entered, in order."""
    own = {s["layer"] for s in answer["steps"] if s["step"] == "own"}
    found: dict[str, tuple[str, int]] = {}
    for s in answer["steps"]:
        if s["step"] == "source" or s["layer"] in own:
            continue
        title, amount = found.get(s["layer"], (s["title"], 0))
        found[s["layer"]] = (title, amount + (s["amounts"]["paid"] if s["step"] == "out" else 0))
    return [(name, title, amount) for name, (title, amount) in found.items()]
