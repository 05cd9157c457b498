"""Which accounts each event moves: ``events.yaml``, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongchou.ledger.chart import read_chart

FILE = Path(__file__).parent / "events.yaml"
KEYS = {"zh", "en", "party", "only", "insured", "draws", "uncovered", "to_fund", "lines"}
HELD = ("whole", "party", "insurer")
"""How an account must hold what is drawn: as a whole, of the event's party, of an insurer who is not its party."""
CASH = {"treasury_in_transit", "special_account", "expenditure_account"}
"""The accounts that are bank accounts."""
ACCOUNTS: dict[str, dict[str, str]] = read_chart()["accounts"]
"""Every account of the chart: its book, its kind, its names."""
FUNDS = {code: (told["zh"], told["en"]) for code, told in read_chart()["funds"].items()}
"""Every fund of the chart, in its order, with its names."""
PARTIES = {
    "institution": ("医药机构", "institution"),
    "insurer": ("承保机构", "insurer"),
    "person_or_unit": ("个人或单位", "person or unit"),
}


@dataclass(frozen=True)
class Drawn:
    """An account that an event draws on, and of whom it must hold as much: ``whole``, ``party`` or ``insurer``."""

    account: str
    of: str


@dataclass(frozen=True)
class Event:
    """What is booked together: accounts of each line (debit, credit); which funds, which party, under which law."""

    code: str
    zh: str
    en: str
    party: str
    only: tuple[str, ...]
    insured: bool | None
    """True: only where the law lets an insurer bear the fund's claims; False: only where it does not."""
    to_fund: bool
    draws: tuple[Drawn, ...]
    """The accounts that this event draws on, each of which must hold as much: every asset it credits, every liability
    it debits, but those the file says are not asked (``uncovered``)."""
    lines: tuple[tuple[str, str], ...]

    @property
    def reserve(self) -> str:
        """The account drawn on of an insurer who is not the party of the voucher; "" for none."""
        return next((d.account for d in self.draws if d.of == "insurer"), "")

    @property
    def cash(self) -> bool:
        """Whether money moves on a bank account, so that a bank slip stands behind it."""
        return self.code != "opening" and any(CASH & {*line} for line in self.lines)


@cache
def events(file: Path = FILE) -> dict[str, Event]:
    """The events by code. Raises ValueError for an unknown key, party, fund or account, or a line across the books."""
    found: dict[str, Event] = {}
    for code, told in yaml.safe_load(file.read_text(encoding="utf-8")).items():
        if set(told) - KEYS or {"zh", "en", "lines"} - set(told):
            raise ValueError(f"events: {code}: expected zh, en, lines and {', '.join(sorted(KEYS))}; found {told}")
        party, only = told.get("party", ""), tuple(told.get("only", ()))
        if (party and party not in PARTIES) or set(only) - set(FUNDS):
            raise ValueError(f"events: {code}: party {party!r} or a fund of {only} is unknown")
        lines = tuple(_line(code, line) for line in told["lines"])
        draws = _draws(code, told, lines)
        to_fund, insured = told.get("to_fund", False), told.get("insured")
        found[code] = Event(code, told["zh"], told["en"], party, only, insured, to_fund, draws, lines)
    _held_one_way(found)
    return found


def by_party() -> dict[str, bool]:
    """Each account that some event draws on: whether what it holds is held of a party."""
    return {d.account: d.of != "whole" for e in events().values() for d in e.draws}


def taken_from(lines: tuple[tuple[str, str], ...]) -> list[str]:
    """The accounts that lines (debit, credit) take from: assets credited, liabilities debited, in their order."""
    return [
        account
        for line in lines
        for account, kind in zip(line, ("liability", "asset"), strict=True)
        if ACCOUNTS[account]["kind"] == kind
    ]


def _draws(code: str, told: dict[str, Any], lines: tuple[tuple[str, str], ...]) -> tuple[Drawn, ...]:
    """What an event draws on. Raises ValueError where an account that its lines take from is not told of, or another
    is."""
    rows = told.get("draws", [])
    if any(set(row) != {"account", "of"} or row["of"] not in HELD for row in rows):
        raise ValueError(f"events: {code}: draws: expected account and of ({', '.join(HELD)}); found {rows}")
    if any(row["of"] == "party" for row in rows) and not told.get("party"):
        raise ValueError(f"events: {code}: draws of a party, and has none")
    draws = tuple(Drawn(row["account"], row["of"]) for row in rows)
    named, taken = [d.account for d in draws] + told.get("uncovered", []), taken_from(lines)
    if sorted(named) != sorted(taken):
        raise ValueError(f"events: {code}: takes from {taken}; draws and uncovered name {named}")
    return draws


def _held_one_way(found: dict[str, Event]) -> None:
    """Refuse an account that one event draws on as a whole and another by party."""
    ways = {(d.account, d.of == "whole") for e in found.values() for d in e.draws}
    twice = {account for account, whole in ways if (account, not whole) in ways}
    if twice:
        raise ValueError(f"events: {', '.join(sorted(twice))}: drawn on as a whole and by party")


def _line(code: str, line: dict[str, str]) -> tuple[str, str]:
    if set(line) != {"debit", "credit"} or not set(line.values()) <= set(ACCOUNTS):
        raise ValueError(f"events: {code}: expected debit and credit, accounts of the chart; found {line}")
    if ACCOUNTS[line["debit"]]["book"] != ACCOUNTS[line["credit"]]["book"]:
        raise ValueError(f"events: {code}: {line} lies in two books")
    return line["debit"], line["credit"]
