"""Write the tables of docs/office/books.md from the chart of accounts and the events, so that they agree."""

from __future__ import annotations

import re
from pathlib import Path

from tongchou.ledger.chart import read_chart
from tongchou.office.books.mapping import PARTIES, events

PAGE = Path(__file__).resolve().parents[1] / "docs" / "office" / "books.md"
OF = {"whole": "", "party": " (of the party)", "insurer": " (of the insurer)"}
BOOKS = {"obligation": "obligations 往来账", "fund": "fund 基金账"}


def accounts_table() -> str:
    """Each account: its book, what it is, its names."""
    rows = [
        f"| `{code}` | {a['zh']} | {a['en']} | {BOOKS[a['book']]} | {a['kind']} |"
        for code, a in read_chart()["accounts"].items()
    ]
    return "\n".join(["| account | 科目 | in English | book | kind |", "|---|---|---|---|---|", *rows])


def events_table() -> str:
    """Each event: what it books, in which funds, with whom, when the law lets it."""
    names = {code: a["zh"] for code, a in read_chart()["accounts"].items()}
    when = {True: "an insurer bears the fund's claims", False: "the fund bears its claims itself", None: "always"}
    rows = []
    for e in events().values():
        lines = "; ".join(f"{names[d]} ← {names[c]}" for d, c in e.lines)
        drawn = ", ".join(f"{names[d.account]}{OF[d.of]}" for d in e.draws)
        party = PARTIES[e.party][1] if e.party else ""
        funds = ", ".join(e.only) or "any"
        rows.append(f"| `books.{e.code}` {e.zh} | {lines} | {drawn} | {party} | {funds} | {when[e.insured]} |")
    head = ["| event | debit ← credit | must hold as much | with whom | funds | where |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *rows])


def written(text: str) -> str:
    """The page with its tables written anew between their marks."""
    for name, table in (("accounts", accounts_table()), ("events", events_table())):
        mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        assert mark.search(text), f"the page has no marks of {name}"
        text = mark.sub(lambda m, table=table: m[1] + table + "\n" + m[2], text)
    return text


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
