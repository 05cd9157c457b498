"""The books: what can be booked, what the database refuses whoever asks, what verify finds."""

from __future__ import annotations

import random
import threading
from datetime import date
from pathlib import Path

import psycopg
import pytest

from tongchou.ledger.balances import balances, daily
from tongchou.ledger.chart import link, open_chart, read_chart
from tongchou.ledger.migrate import Changed, migrate
from tongchou.ledger.months import close, next_month
from tongchou.ledger.post import BookRefused, Entry, Line, post, reverse
from tongchou.ledger.verify import CHECKS, Fault, verify

AREA, DAY = "530100", date(2023, 5, 4)
COLLECT, LEVIED = ("basic_pooled", "to_collect"), ("basic_pooled", "levied")
SPECIAL, INCOME = ("basic_pooled", "special_account"), ("basic_pooled", "contribution_income")
SPENDING = ("basic_pooled", "benefit_spending")


def entry(fact: str, *lines: Line, on: date = DAY, event: str = "levy", area: str = AREA) -> Entry:
    return Entry(on, area, event, ("demand", fact), lines or (Line(COLLECT, LEVIED, 10_000),))


def balance(conn: psycopg.Connection, account: tuple[str, str], until: date = date(2023, 12, 31)) -> int:
    return next(b.balance for b in balances(conn, AREA, until) if (b.fund, b.code) == account)


def test_an_entry_moves_its_accounts_and_no_other(books: psycopg.Connection) -> None:
    post(books, [entry("1", Line(COLLECT, LEVIED, 12_345), Line(SPECIAL, INCOME, 500))])
    assert (balance(books, COLLECT), balance(books, LEVIED)) == (12_345, -12_345)
    assert (balance(books, SPECIAL), balance(books, INCOME)) == (500, -500)
    assert sum(b.balance for b in balances(books, AREA, DAY)) == 0
    assert not [b for b in balances(books, "532300", DAY) if b.debited or b.credited]
    assert verify(books) is None


def test_daily_balances(books: psycopg.Connection) -> None:
    days = [date(2023, 5, 1), date(2023, 5, 31), date(2023, 6, 1)]
    post(books, [entry(str(i), Line(COLLECT, LEVIED, 100), on=day) for i, day in enumerate(days)])
    got = daily(books, AREA, *COLLECT, date(2023, 4, 30), date(2023, 6, 30))
    assert got == [(date(2023, 4, 30), 0), (days[0], 100), (days[1], 200), (days[2], 300)]
    assert daily(books, AREA, *COLLECT, days[1], days[1]) == [(days[1], 200)]


def test_a_reversal_is_the_mirror_and_is_booked_once(books: psycopg.Connection) -> None:
    number = post(books, [entry("1", Line(COLLECT, LEVIED, 700), Line(SPECIAL, INCOME, 30))])[0]
    undone = reverse(books, number, date(2023, 6, 2), "levied twice")
    books.commit()
    assert (balance(books, COLLECT), balance(books, COLLECT, DAY)) == (0, 700)
    for again in (number, undone, 10**9):
        with pytest.raises(BookRefused) as caught:
            reverse(books, again, DAY, "again")
        assert caught.value.code in ("already_reversed", "not_reversible")
        books.rollback()
    with pytest.raises(BookRefused, match="reason_missing"):
        reverse(books, number, DAY, " ")
    assert verify(books) is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (Line(COLLECT, ("basic_pooled", "nowhere"), 1), "unknown_account"),
        (Line(COLLECT, INCOME, 1), "books_mixed"),
        (Line(COLLECT, LEVIED, 0), "amount_not_positive"),
        (Line(COLLECT, LEVIED, -5), "amount_not_positive"),
        (Line(SPECIAL, ("large_expense", "special_account"), 1), "funds_not_linked"),
    ],
)
def test_L02_what_cannot_be_booked_is_refused_by_name(books: psycopg.Connection, line: Line, code: str) -> None:
    with pytest.raises(BookRefused) as caught:
        post(books, [entry("1", line)])
    assert caught.value.code == code
    books.rollback()
    assert books.execute("SELECT count(*) FROM ledger.entry").fetchone() == (0,)


def test_a_fact_is_booked_once_by_an_event(books: psycopg.Connection) -> None:
    post(books, [entry("1")])
    books.commit()
    with pytest.raises(BookRefused) as caught:
        post(books, [entry("2"), entry("1")])
    assert caught.value.code == "fact_booked_twice"
    books.rollback()
    assert len(post(books, [entry("1", event="receipt"), entry("2")])) == 2


def test_an_entry_without_lines_fails_at_commit(books: psycopg.Connection) -> None:
    post(books, [Entry(DAY, AREA, "levy", ("demand", "1"), ())])
    with pytest.raises(psycopg.Error) as caught:
        books.commit()
    assert caught.value.sqlstate == "TL004"


def test_L02_funds_pass_money_only_by_a_link_in_its_area_and_time(books: psycopg.Connection) -> None:
    link(books, ("basic_pooled", "large_expense"), [AREA], date(2023, 5, 1), "example 第一条")
    over = Line(("large_expense", "special_account"), SPECIAL, 900)
    post(books, [entry("1", over)])
    books.commit()
    for refused in (
        entry("2", over, on=date(2023, 4, 30)),
        entry("2", over, area="532300"),
        entry("2", Line(SPECIAL, ("large_expense", "special_account"), 900)),
    ):
        with pytest.raises(BookRefused) as caught:
            post(books, [refused])
        assert caught.value.code == "funds_not_linked"
        books.rollback()
    assert verify(books) is None


def test_L02_a_transfer_may_be_undone_although_no_link_goes_back(books: psycopg.Connection) -> None:
    link(books, ("basic_pooled", "large_expense"), [AREA], date(2023, 5, 1), "example 第一条")
    number = post(books, [entry("1", Line(("large_expense", "special_account"), SPECIAL, 900))])[0]
    books.commit()
    reverse(books, number, date(2023, 5, 9), "sent to the wrong fund")
    books.commit()
    assert balance(books, SPECIAL) == 0
    assert verify(books) is None


def test_a_closed_month_takes_no_entry_and_months_close_in_order(books: psycopg.Connection) -> None:
    number = post(books, [entry("1")])[0]
    books.commit()
    assert close(books, AREA, DAY) == 2
    books.commit()
    with pytest.raises(BookRefused, match="month_closed"):
        post(books, [entry("2")])
    books.rollback()
    with pytest.raises(BookRefused, match="month_closed"):
        reverse(books, number, DAY, "late")
    books.rollback()
    with pytest.raises(BookRefused, match="month_closed"):
        close(books, AREA, DAY)
    with pytest.raises(BookRefused, match="months_out_of_order"):
        close(books, AREA, date(2023, 7, 1))
    with pytest.raises(BookRefused, match="month_closed"):
        post(books, [entry("2", on=date(2023, 4, 30))])  # before the first month that was closed
    books.rollback()
    post(books, [entry("2", area="532300"), entry("3", on=date(2023, 6, 1))])
    reverse(books, number, date(2023, 6, 1), "late")
    assert verify(books) is None
    assert next_month(date(2023, 12, 31)) == date(2024, 1, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger.entry SET booked_on = booked_on + 1",
        "DELETE FROM ledger.entry",
        "UPDATE ledger.line SET amount = amount + 1",
        "DELETE FROM ledger.line",
        "TRUNCATE ledger.line",
        "TRUNCATE ledger.entry CASCADE",
        "UPDATE ledger.line_202305 SET amount = 1",
        "DELETE FROM ledger.line_202305",
        "UPDATE ledger.closing SET debited = 1",
    ],
)
def test_nothing_booked_is_changed_by_whatever_statement(books: psycopg.Connection, statement: str) -> None:
    post(books, [entry("1")])
    close(books, AREA, DAY)
    books.commit()
    with pytest.raises(psycopg.Error) as caught:
        books.execute(statement)  # type: ignore[call-overload]
    assert caught.value.sqlstate == "TL001"


PLANTED = {
    "guard_missing": "ALTER TABLE ledger.entry DISABLE TRIGGER append_only",
    "line_without_entry": "DELETE FROM ledger.entry WHERE id = %(second)s",
    "entry_without_lines": "DELETE FROM ledger.line WHERE entry = %(second)s",
    "line_missing": "DELETE FROM ledger.line WHERE entry = %(first)s AND place = 1",
    "amount_not_positive": "ALTER TABLE ledger.line DROP CONSTRAINT line_amount_check; "
    "UPDATE ledger.line SET amount = 0 WHERE entry = %(first)s AND place = 2",
    "books_mixed": "UPDATE ledger.line SET book = 'fund' WHERE entry = %(second)s",
    "funds_not_linked": "DELETE FROM ledger.fund_link_period",
    "not_a_mirror": "UPDATE ledger.line SET amount = amount + 1 WHERE entry = %(undone)s",
    "closed_month_changed": "UPDATE ledger.line SET amount = amount + 1 WHERE entry = %(third)s",
}


@pytest.mark.parametrize("code", CHECKS)
def test_each_planted_fault_is_found_and_named(books: psycopg.Connection, code: str) -> None:
    """Planted by somebody who may switch off every constraint; verify names it and says where."""
    link(books, ("basic_pooled", "large_expense"), [AREA], date(2023, 5, 1), "example 第一条")
    first, second, third = post(
        books,
        [
            entry("1", Line(COLLECT, LEVIED, 10), Line(("large_expense", "special_account"), SPECIAL, 20)),
            entry("2", on=date(2023, 6, 1)),
            entry("3", Line(COLLECT, LEVIED, 77)),
        ],
    )
    undone = reverse(books, third, date(2023, 6, 2), "twice")
    close(books, AREA, DAY)
    books.commit()
    assert verify(books) is None
    given = {"first": first, "second": second, "third": third, "undone": undone}
    books.execute("SET session_replication_role = replica")
    for statement in (PLANTED[code] % given).split(";"):
        books.execute(statement)  # type: ignore[call-overload]
    found = verify(books)
    assert isinstance(found, Fault)
    expected = {"closed_month_changed": ("closed_month_changed", "not_a_mirror")}.get(code, (code,))
    assert found.code in expected
    assert found.where


def test_migrations_are_applied_once_and_never_changed(books: psycopg.Connection, tmp_path: Path) -> None:
    assert migrate(books) == []
    changed = tmp_path / "0001_books.sql"
    changed.write_text("SELECT 1", encoding="utf-8")
    with pytest.raises(Changed, match="migration_changed"):
        migrate(books, tmp_path)


def test_the_chart_names_every_fund_apart_and_is_opened_once(books: psycopg.Connection, tmp_path: Path) -> None:
    chart = read_chart()
    assert len(chart["funds"]) == 12
    assert open_chart(books) == 0
    rows = books.execute("SELECT count(*), count(DISTINCT fund) FROM ledger.account").fetchone()
    assert rows == (12 * len(chart["accounts"]), 12)
    bad = tmp_path / "chart.yaml"
    bad.write_text("funds: {a: {zh: 甲}}\naccounts: {}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"funds\.a"):
        read_chart(bad)


def test_closing_waits_for_an_entry_under_way(books: psycopg.Connection, address: str) -> None:
    """The entry that was there first is in the closed month; the closing was not deaf to it."""
    import threading

    post(books, [entry("1")])
    done = threading.Event()

    def closing() -> None:
        with psycopg.connect(address) as other:
            close(other, AREA, DAY)
        done.set()

    thread = threading.Thread(target=closing)
    thread.start()
    assert not done.wait(0.3), "it waits"
    books.commit()
    thread.join(10)
    assert done.is_set()
    assert books.execute("SELECT sum(debited)::int FROM ledger.closing").fetchone() == (10_000,)
    assert verify(books) is None


@pytest.mark.parametrize("table", ["ledger.line", "ledger.line_202305"])
def test_a_committed_entry_takes_no_further_line(books: psycopg.Connection, table: str) -> None:
    """By the table or by a month's partition itself, alone or among lines of new entries."""
    number = post(books, [entry("1")])[0]
    books.commit()
    again = (
        f"INSERT INTO {table} (entry, booked_on, place, book, debit, debit_fund, credit, credit_fund, amount) "
        "SELECT %s, booked_on, place + 1, book, debit, debit_fund, credit, credit_fund, amount FROM ledger.line "
        "WHERE entry = %s"
    )
    with pytest.raises(psycopg.Error, match="entry_committed"):
        books.execute(again, [number, number])
    books.rollback()
    with books.transaction():  # an entry of this very transaction, under a savepoint of its own, takes lines
        fresh = post(books, [entry("2")])[0]
        with books.transaction():
            books.execute(again, [fresh, fresh])
    assert books.execute("SELECT count(*) FROM ledger.line WHERE entry = %s", [fresh]).fetchone() == (2,)
    assert verify(books) is None


def test_a_reversal_in_another_transaction_has_lines_of_its_own(books: psycopg.Connection) -> None:
    number = post(books, [entry("1")])[0]
    books.commit()
    reverse(books, number, date(2023, 6, 2), "twice")
    books.commit()
    assert verify(books) is None


def test_a_month_that_two_need_at_once_is_made_once(books: psycopg.Connection) -> None:
    """Both find it missing; the one that waited finds it made."""
    address = books.info.dsn
    failed: list[BaseException] = []

    def book(k: int) -> None:
        try:
            with psycopg.connect(address) as conn:
                for month in range(1, 13):
                    barrier.wait(timeout=30)
                    post(conn, [entry(f"{k}-{month}", on=date(2019, month, 3))])
                    conn.commit()
        except BaseException as e:
            failed.append(e)

    books.commit()
    barrier = threading.Barrier(4)
    workers = [threading.Thread(target=book, args=(k,)) for k in range(4)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert not failed, failed
    assert verify(books) is None


@pytest.mark.parametrize("closed", [0, 1, 3])
def test_balances_read_closed_months_and_sum_the_rest(books: psycopg.Connection, closed: int) -> None:
    """Over any days what the plain sum over every line gives, however many months are closed."""
    draw = random.Random(closed)
    pairs = [(COLLECT, LEVIED), (SPECIAL, INCOME), (SPENDING, SPECIAL)]
    for k in range(60):
        day = date(2023, draw.randint(1, 5), draw.randint(1, 28))
        area = draw.choice([AREA, "532300"])
        post(books, [entry(str(k), Line(*draw.choice(pairs), draw.randint(1, 999)), on=day, area=area)])
    for month in range(2, 2 + closed):  # the first one closes January, too
        close(books, AREA, date(2023, month, 1))
    books.commit()
    plain = """
        SELECT a.fund, a.code, coalesce(sum(t.debited), 0)::bigint, coalesce(sum(t.credited), 0)::bigint
        FROM ledger.account a LEFT JOIN ledger.turnover t
            ON t.account = a.id AND t.area = %s AND t.booked_on BETWEEN %s AND %s
        GROUP BY a.id ORDER BY a.fund, a.id
    """
    days = [date(2022, 12, 31), date(2023, 1, 1), date(2023, 2, 1), date(2023, 2, 28), date(2023, 3, 15),
            date(2023, 4, 30), date(2023, 5, 1), date.max]  # fmt: skip
    for since in [date.min, *days]:
        for until in days:
            expected = books.execute(plain, [AREA, since, until]).fetchall()
            got = [(b.fund, b.code, b.debited, b.credited) for b in balances(books, AREA, until, since)]
            assert got == expected, (since, until)
    assert verify(books) is None
