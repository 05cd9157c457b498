"""Which accounts each event moves: ``events.yaml``, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongchou.ledger.chart import read_chart

FILE = Path(__file__).parent / "events.yaml"
KEYS = {"zh", "en", "party", "only", "insured", "draws", "of_party", "of_insurer", "to_fund", "lines"}
CASH = {"treasury_in_transit", "special_account", "expenditure_account"}
"""The accounts that are bank accounts."""
FUNDS = {code: (told["zh"], told["en"]) for code, told in read_chart()["funds"].items()}
"""Every fund of the chart, in its order, with its names."""
PARTIES = {
    "institution": ("医药机构", "institution"),
    "insurer": ("承保机构", "insurer"),
    "person_or_unit": ("个人或单位", "person or unit"),
}


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
    draws: str
    """The account that this event draws on, which must hold as much."""
    of_party: bool
    """Whether it must hold as much of this very party."""
    of_insurer: bool
    """Whether it must hold as much of an insurer, who is not the party of the voucher."""
    lines: tuple[tuple[str, str], ...]

    @property
    def cash(self) -> bool:
        """Whether money moves on a bank account, so that a bank slip stands behind it."""
        return self.code != "opening" and any(CASH & {*line} for line in self.lines)


@cache
def events(file: Path = FILE) -> dict[str, Event]:
    """The events by code. Raises ValueError for an unknown key, party, fund or account, or a line across the books."""
    chart = read_chart()
    found = {}
    for code, told in yaml.safe_load(file.read_text(encoding="utf-8")).items():
        if set(told) - KEYS or {"zh", "en", "lines"} - set(told):
            raise ValueError(f"events: {code}: expected zh, en, lines and {', '.join(sorted(KEYS))}; found {told}")
        party, only = told.get("party", ""), tuple(told.get("only", ()))
        draws = told.get("draws", "")
        if draws and draws not in chart["accounts"]:
            raise ValueError(f"events: {code}: no account {draws}")
        if (told.get("of_party") and not (draws and party)) or (told.get("of_insurer") and not draws):
            raise ValueError(f"events: {code}: of_party needs draws and party, of_insurer draws")
        if (party and party not in PARTIES) or set(only) - set(chart["funds"]):
            raise ValueError(f"events: {code}: party {party!r} or a fund of {only} is unknown")
        lines = tuple(_line(code, line, chart["accounts"]) for line in told["lines"])
        found[code] = Event(
            code,
            told["zh"],
            told["en"],
            party,
            only,
            told.get("insured"),
            told.get("to_fund", False),
            draws,
            told.get("of_party", False),
            told.get("of_insurer", False),
            lines,
        )
    return found


def _line(code: str, line: dict[str, str], accounts: dict[str, Any]) -> tuple[str, str]:
    if set(line) != {"debit", "credit"} or not set(line.values()) <= set(accounts):
        raise ValueError(f"events: {code}: expected debit and credit, accounts of the chart; found {line}")
    if accounts[line["debit"]]["book"] != accounts[line["credit"]]["book"]:
        raise ValueError(f"events: {code}: {line} lies in two books")
    return line["debit"], line["credit"]
