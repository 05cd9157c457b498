"""What banks and the tax office report, and the three-way reconciliation of office, fiscal special account and tax.

Each side is lines with a reference; what agrees is counted, what does not is named line by line: only in the books,
only at the bank, only at the tax office, or with different sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import psycopg

from tongchou.ledger.balances import balances
from tongchou.money.fen import format_fen

from ..frame.access import Actor, allow
from ..frame.audit import record
from ..frame.fields import choice, day, slip, text, tidy_slip
from ..frame.operation import Work, operation, refuses, refusing
from ..frame.refusal import OfficeRefused
from .accounts import account

refuses(
    {"bank_line_once": "reference_reported", "tax_line_once": "reference_reported"},
    {"reference_reported": "该流水号已导入"},
)


@dataclass(frozen=True)
class Reported:
    """A line of a statement: day, the bank's or tax office's own reference, fen (in positive, out negative)."""

    on: date
    reference: str
    amount: int
    said: str = ""


def keep_bank_lines(conn: psycopg.Connection, who: Actor, code: str, lines: Sequence[Reported]) -> int:
    """Keep a bank statement's lines as they came, all or none; how many. Raises OfficeRefused."""
    with refusing(), conn.transaction():
        of = account(conn, code)
        allow(conn, who, "books.write", of.area)
        _checked(lines)
        conn.execute(
            "INSERT INTO office.bank_line (account, on_day, reference, amount, said, recorded_by) "
            "SELECT %s, l.*, %s FROM unnest(%s::date[], %s::text[], %s::bigint[], %s::text[]) AS l",
            [code, who.name, *_columns(lines), [x.said for x in lines]],
        )
        record(conn, who.name, of.area, "statement.bank", f"bank:{code}", _summary(lines))
        return len(lines)


def keep_tax_lines(conn: psycopg.Connection, who: Actor, where: str, fund: str, lines: Sequence[Reported]) -> int:
    """Keep what the tax office reports as collected for a fund, all or none; how many. Raises OfficeRefused."""
    with refusing(), conn.transaction():
        allow(conn, who, "books.write", where)
        _checked(lines)
        conn.execute(
            "INSERT INTO office.tax_line (area, fund, on_day, reference, amount, recorded_by) "
            "SELECT %s, %s, l.*, %s FROM unnest(%s::date[], %s::text[], %s::bigint[]) AS l",
            [where, fund, who.name, *_columns(lines)],
        )
        record(conn, who.name, where, "statement.tax", f"tax:{where}", {"fund": fund, **_summary(lines)})
        return len(lines)


@operation(
    "statement.line",
    "登记银行流水",
    "enter a line of a bank statement",
    "books.write",
    area_of=lambda conn, given: account(conn, str(given["account"])).area,
)
def bank_line(
    work: Work,
    *,
    account: Annotated[str, text("银行账户", "bank account")],
    on: Annotated[date, day("日期", "day")],
    reference: Annotated[str, slip("流水号", "reference")],
    direction: Annotated[str, choice("收付", "direction", {"in": ("收入", "in"), "out": ("付出", "out")})],
    amount: Annotated[str, text("金额（元）", "amount in yuan")],
) -> dict[str, Any]:
    """Enter one line of a statement by hand."""
    from tongchou.money.fen import MoneyError, parse_fen

    try:
        fen = parse_fen(amount)
    except MoneyError as e:
        raise OfficeRefused("argument_invalid", "“金额”应为元，至多两位小数", str(e), "amount") from e
    keep_bank_lines(work.conn, work.who, account, [Reported(on, reference, fen if direction == "in" else -fen)])
    return {"account": account, "amount": format_fen(fen)}


@dataclass(frozen=True)
class Difference:
    """A line that does not agree; fen, 0 if absent. ``kind``: only_books, only_bank, only_tax; not_books, not_bank,
    not_tax where one side alone lacks it and the others agree; sums_differ."""

    kind: str
    reference: str
    on: date
    books: int
    bank: int
    tax: int


@dataclass(frozen=True)
class Reconciliation:
    """Three sides of a fund's special account over some days, in fen, and every line that does not agree."""

    agreed: int
    books: int
    bank: int
    tax: int
    balance_books: int
    balance_bank: int
    differences: tuple[Difference, ...]


MATCH = """
    -- What moved on the special account, by the bank slip of the fact behind it; a reversal counts on its own day.
    WITH books AS (
        SELECT coalesce(v.reference, CASE e.event WHEN 'remittance_received' THEN x.reference END, r.reference,
                        t.certificate, '') AS reference, min(l.booked_on) AS on_day,
               sum(CASE WHEN l.debit = a.id THEN l.amount ELSE 0 END
                   - CASE WHEN l.credit = a.id THEN l.amount ELSE 0 END)::bigint AS amount,
               bool_or(e.event = 'drawn') AS from_tax
        FROM ledger.account a
        JOIN ledger.line l ON a.id IN (l.debit, l.credit) AND l.booked_on BETWEEN %(since)s AND %(until)s
        JOIN ledger.entry e ON e.id = l.entry AND e.area = %(area)s AND e.event <> 'opening'
        LEFT JOIN office.voucher v ON e.fact_kind = 'voucher' AND v.id::text = e.fact_id
        LEFT JOIN office.remittance r ON e.fact_kind = 'remittance' AND r.id::text = e.fact_id
        LEFT JOIN office.remittance_arrival x ON x.remittance = r.id
        LEFT JOIN office.transfer t ON e.fact_kind = 'transfer' AND t.id::text = e.fact_id
        WHERE (a.fund, a.code) = (%(fund)s, 'special_account')
        GROUP BY 1
    ), bank AS (
        SELECT l.reference, min(l.on_day) AS on_day, sum(l.amount)::bigint AS amount
        FROM office.bank_line l JOIN office.bank_account b ON b.code = l.account
        WHERE b.area = %(area)s AND b.fund = %(fund)s AND b.kind = 'special_account'
          AND l.on_day BETWEEN %(since)s AND %(until)s
        GROUP BY 1
    ), tax AS (
        SELECT reference, min(on_day) AS on_day, sum(amount)::bigint AS amount FROM office.tax_line
        WHERE area = %(area)s AND fund = %(fund)s AND on_day BETWEEN %(since)s AND %(until)s GROUP BY 1
    )
    SELECT coalesce(b.reference, k.reference, t.reference), least(b.on_day, k.on_day, t.on_day),
           b.amount, k.amount, t.amount, coalesce(b.from_tax, false) OR t.reference IS NOT NULL
    FROM books b FULL JOIN bank k ON k.reference = b.reference
    FULL JOIN tax t ON t.reference = coalesce(b.reference, k.reference)
    WHERE coalesce(b.amount, 0) <> 0 OR k.reference IS NOT NULL OR t.reference IS NOT NULL
    ORDER BY 2, 1
"""


AT_BANK = """
    -- What lay on the account when the books were opened, and what the bank reported since.
    SELECT ((SELECT coalesce(sum(l.amount), 0) FROM office.bank_line l JOIN office.bank_account b ON b.code = l.account
             WHERE (b.area, b.fund, b.kind) = (%(area)s, %(fund)s, 'special_account') AND l.on_day <= %(until)s)
          + (SELECT coalesce(sum(v.amount), 0) FROM office.voucher v
             WHERE (v.event, v.area, v.fund) = ('opening', %(area)s, %(fund)s) AND v.on_day <= %(until)s
               AND NOT EXISTS (SELECT FROM office.voucher_undone u WHERE u.voucher = v.id AND u.on_day <= %(until)s))
           )::bigint
"""


def reconcile(conn: psycopg.Connection, who: Actor, where: str, fund: str, since: date, until: date) -> Reconciliation:
    """Set the books, the bank's statement and the tax office's report of a fund's special account side by side.

    The tax office is asked only about what it collects (drawn from the treasury); other lines stand on two sides.
    """
    allow(conn, who, "books.read", where)
    rows = conn.execute(MATCH, {"area": where, "fund": fund, "since": since, "until": until})
    agreed, sums, differing = 0, [0, 0, 0], []
    for reference, on, books, bank, tax, taxed in rows.fetchall():
        sides = (books or 0, bank or 0, tax or 0)
        sums = [a + b for a, b in zip(sums, sides, strict=True)]
        present = [v for v, asked in ((books, True), (bank, True), (tax, taxed)) if asked]
        if None not in present and len(set(present)) == 1:
            agreed += 1
            continue
        asked = [("books", books), ("bank", bank)] + ([("tax", tax)] if taxed else [])
        differing.append(Difference(kind_of(asked), str(reference), on, *sides))
    held = next(b.balance for b in balances(conn, where, until) if (b.fund, b.code) == (fund, "special_account"))
    row = conn.execute(AT_BANK, {"area": where, "fund": fund, "until": until}).fetchone()
    assert row is not None
    return Reconciliation(agreed, sums[0], sums[1], sums[2], held, int(row[0]), tuple(differing))


def kind_of(sides: list[tuple[str, int | None]]) -> str:
    """What is wrong with a line, from the sides that are asked about it."""
    there = {name: v for name, v in sides if v is not None}
    if len(there) == 1:
        return f"only_{next(iter(there))}"
    if len(there) == len(sides) - 1 and len(set(there.values())) == 1:
        return f"not_{next(name for name, v in sides if v is None)}"
    return "sums_differ"


def _checked(lines: Sequence[Reported]) -> None:
    for k, line in enumerate(lines, 1):
        if not line.reference or line.amount == 0:
            raise OfficeRefused(
                "statement_line", f"第 {k} 行缺少流水号或金额为0", f"line {k}: no reference, or a sum of 0", "lines"
            )


def _columns(lines: Sequence[Reported]) -> tuple[list[date], list[str], list[int]]:
    """Days, references, sums: all rows go in by one statement, so that the record tells of them together."""
    return [x.on for x in lines], [tidy_slip(x.reference) for x in lines], [x.amount for x in lines]


def _summary(lines: Sequence[Reported]) -> dict[str, Any]:
    return {"lines": len(lines), "sum": format_fen(sum(x.amount for x in lines))}
