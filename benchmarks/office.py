"""The office's database measured: posting beside pgbench, proving the books, importing people beside COPY, searching.

Everything runs on one server: an embedded PostgreSQL in a folder of its own, fsync on, thrown away afterwards.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

import psycopg
from psycopg import conninfo

from measure import Row, row
from office_registry import import_rows, search_rows
from tongchou.ledger.post import Entry, Line, post
from tongchou.ledger.verify import verify
from tongchou.office.books import prepare
from tongchou.office.books.facts import verify_facts
from tongchou.office.database import embedded

BATCH, CLIENTS, SECONDS = 100, 4, 8.0
AREA, DAY = "530100", date(2023, 5, 4)
LINES = (
    Line(("basic_pooled", "payable"), ("basic_pooled", "care_due"), 12_345, "H1"),
    Line(("basic_pooled", "benefit_spending"), ("basic_pooled", "expenditure_account"), 12_345, "H1"),
)
# What `post` writes in one transaction, as one statement of pgbench: the same rows into the same tables.
PGBENCH = f"""
BEGIN;
WITH e AS (
    INSERT INTO ledger.entry (booked_on, area, event, fact_kind, fact_id)
    SELECT '{DAY}', '{AREA}', 'bill_paid', 'pgbench', nextval('bench_fact')::text FROM generate_series(1, {BATCH})
    RETURNING id
)
INSERT INTO ledger.line (entry, booked_on, place, book, debit, debit_fund, credit, credit_fund, amount, party)
SELECT e.id, '{DAY}', p.place, p.book, p.debit, 'basic_pooled', p.credit, 'basic_pooled', 12345, 'H1'
FROM e CROSS JOIN bench_line p;
COMMIT;
"""


class Server:
    """A server of its own in a folder, thrown away at the end."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tongchou-bench-", dir="/tmp"))
        self.address = embedded(str(self.folder / "postgres"))

    def database(self, name: str) -> str:
        """A new database with the office's tables."""
        with psycopg.connect(self.address, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        address = conninfo.make_conninfo(self.address, dbname=name)
        prepare(address)
        return address

    def close(self) -> None:
        """Remove the folder; the server ends with this process."""
        shutil.rmtree(self.folder, ignore_errors=True)


def pgbench() -> str | None:
    """The program pgbench of Debian's server package, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    return str(found[-1]) if found else shutil.which("pgbench")


def posting_rows(server: Server, rounds: int) -> list[Row]:
    """Entries a second posted by four clients in batches of a hundred, beside pgbench writing the same rows."""
    address = server.database("posting")
    with psycopg.connect(address) as conn:
        conn.execute("SELECT ledger.make_month(%s)", [DAY])
        conn.execute("CREATE SEQUENCE bench_fact CACHE 1000")
        conn.execute(
            "CREATE TABLE bench_line AS SELECT p.place::smallint, d.book, d.id AS debit, c.id AS credit FROM (VALUES "
            "(1, 'payable', 'care_due'), (2, 'benefit_spending', 'expenditure_account')) p (place, debit, credit) "
            "JOIN ledger.account d ON (d.fund, d.code) = ('basic_pooled', p.debit) "
            "JOIN ledger.account c ON (c.fund, c.code) = ('basic_pooled', p.credit)"
        )
    ours, theirs = [], []
    for k in range(rounds):
        theirs.append(_pgbench_rate(server, address))
        ours.append(_post_rate(address, k))
    if None in theirs:
        print("pgbench is not installed (package postgresql); the row of posting has no yardstick")
        return [
            row("office: entries posted, 4 clients, batches of 100", statistics.median(ours), "entries/s", "-", None)
        ]
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True) if b)
    return [
        row(
            "office: entries posted, 4 clients, batches of 100",
            statistics.median(ours),
            "entries/s",
            "pgbench inserting the same rows in the same batches",
            ratio,
        )
    ]


def _pgbench_rate(server: Server, address: str) -> float | None:
    program = pgbench()
    if program is None:
        return None
    script = server.folder / "post.sql"
    script.write_text(PGBENCH)
    os.chmod(server.folder, 0o755)
    told = conninfo.conninfo_to_dict(address)
    options = f"-n -M prepared -c {CLIENTS} -j 2 -T {int(SECONDS)} -f {script} -h {told['host']} -U {told['user']}"
    command = [program, *options.split(), str(told["dbname"])]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"tps = ([0-9.]+)", said)
    assert found
    return float(found[1]) * BATCH


def _post_rate(address: str, k: int) -> float:
    with multiprocessing.Pool(CLIENTS) as pool:
        counts = pool.starmap(_post_on, [(address, f"{k}-{c}") for c in range(CLIENTS)])
    return sum(counts) / SECONDS


def _post_on(address: str, client: str) -> int:
    """Post batches until the time is up; how many entries."""
    with psycopg.connect(address) as conn:
        conn.execute("SELECT 1")
        conn.commit()
        done, end = 0, time.monotonic() + SECONDS
        while time.monotonic() < end:
            facts = [("bench", f"{client}-{done + i}") for i in range(BATCH)]
            post(conn, [Entry(DAY, AREA, "bill_paid", fact, LINES) for fact in facts])
            conn.commit()
            done += BATCH
    return done


FILL = """
    INSERT INTO office.voucher (event, area, fund, on_day, amount, party, reference, made_by)
    SELECT CASE i %% 10 WHEN 0 THEN 'bill_paid' ELSE 'care_owed' END, '530100', 'basic_pooled',
           date '2023-01-01' + (i / %(per_day)s)::int, 1 + i %% 99991, 'H' || i %% 500, 'R' || i, 'bench'
    FROM generate_series(0, %(n)s - 1) AS i;
"""
BOOK = """
    INSERT INTO ledger.entry (booked_on, area, event, fact_kind, fact_id)
    SELECT on_day, area, event, 'voucher', id::text FROM office.voucher ORDER BY id;
    INSERT INTO ledger.line (entry, booked_on, place, book, debit, debit_fund, credit, credit_fund, amount, party)
    SELECT e.id, e.booked_on, p.place, d.book, d.id, v.fund, c.id, v.fund, v.amount, v.party
    FROM ledger.entry e JOIN office.voucher v ON v.id::text = e.fact_id JOIN (VALUES
        ('care_owed', 1::smallint, 'care_due', 'payable'), ('bill_paid', 1, 'payable', 'care_due'),
        ('bill_paid', 2, 'benefit_spending', 'expenditure_account')
    ) AS p (event, place, debit, credit) ON p.event = v.event
    JOIN ledger.account d ON (d.fund, d.code) = (v.fund, p.debit)
    JOIN ledger.account c ON (c.fund, c.code) = (v.fund, p.credit);
    ANALYZE ledger.entry; ANALYZE ledger.line; ANALYZE office.voucher;
"""


def verify_rows(server: Server, n: int) -> list[Row]:
    """Seconds to prove ``n`` entries from their vouchers (care owed, and a tenth bills paid in two lines each).

    Yardstick: counting and summing the lines once.
    """
    address = server.database("proving")
    with psycopg.connect(address) as conn:
        for month in range(1, 13):
            conn.execute("SELECT ledger.make_month(%s)", [date(2023, month, 1)])
        conn.execute("SET session_replication_role = replica")  # only to fill it sooner
        conn.execute(FILL, {"n": n, "per_day": n // 365 + 1})
        conn.execute(BOOK)
        conn.commit()
        began = time.perf_counter()
        conn.execute("SELECT count(*), sum(amount) FROM ledger.line").fetchone()
        count = time.perf_counter() - began
        began = time.perf_counter()
        last = [began, ""]

        def tell(code: str) -> None:
            now = time.perf_counter()
            if os.environ.get("TELL"):
                print(last[1], f"{now - last[0]:.2f}", flush=True)
            last[:] = [now, code]

        fault = verify(conn, tell) or verify_facts(conn, tell)
        tell("end")
        took = time.perf_counter() - began
    assert fault is None, fault
    return [row(f"office: verify of {n:,} entries", took, "s", "counting and summing their lines once", took / count)]


def office_rows(quick: bool = False) -> list[Row]:
    """Every row of the office; keys of its own, not the user's."""
    server = Server()
    os.environ["TONGCHOU_DATA"] = str(server.folder / "data")
    entries, people = (300_000, 50_000) if quick else (10_000_000, 1_000_000)
    try:
        rows = posting_rows(server, 1 if quick else 3)
        imported, conn = import_rows(server.database("people"), server.database("copied"), people)
        with conn:
            rows += imported + search_rows(conn, people)
        return rows + verify_rows(server, entries)
    finally:
        server.close()
