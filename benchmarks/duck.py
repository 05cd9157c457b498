"""The simple layers of Kunming in DuckDB, as window sums: a yardstick for ``settle``, and a witness of it.

    python benchmarks/duck.py CLAIMS.parquet OUT.parquet [--threads 2]

It settles the outpatient pools (6,000 a year for employees, 400 for residents) and the inpatient pools
(80,000 and 60,000) with their deductibles and rates; nothing else: no overflow, large expense, critical
illness, assistance, packages, stays in several rows, reversals, reasons, checks of the file or rejected rows.
"""

from __future__ import annotations

import argparse

import duckdb

QUERY = """
WITH claim AS (
    SELECT claim_id, person_id, service_date, settled_at, category, scheme, status, level,
           CAST(billed * 100 AS BIGINT) AS billed,
           CAST((billed - out_of_catalogue - over_limit - first_share) * 100 AS BIGINT) AS in_scope,
           designated AND coalesce(injury, 'none') <> 'recognised'
               AND (category = 'inpatient'
                    OR category = 'outpatient' AND (scheme = 'employee' OR level <= 1)) AS met
    FROM read_parquet('{source}')),
term AS (
    SELECT *,
        CASE WHEN NOT met THEN 0
             WHEN category = 'outpatient' THEN CASE WHEN scheme = 'resident' THEN 0
                 ELSE CASE level WHEN 3 THEN 9000 WHEN 2 THEN 6000 ELSE 3000 END END
             WHEN scheme = 'employee' THEN CASE level WHEN 3 THEN 120000 WHEN 2 THEN 50000 ELSE 20000 END
             ELSE CASE level WHEN 3 THEN 88000 WHEN 2 THEN 55000 ELSE 20000 END END AS due,
        CASE WHEN category = 'outpatient' THEN
                 CASE WHEN scheme = 'resident' THEN 5000
                      ELSE CASE level WHEN 3 THEN 5000 WHEN 2 THEN 5500 ELSE 6000 END
                           + CASE WHEN status = 'retired' THEN 500 ELSE 0 END END
             WHEN scheme = 'employee' THEN CASE level WHEN 3 THEN 8500 WHEN 2 THEN 8800 ELSE 9100 END
                  + CASE WHEN status = 'retired' THEN 400 ELSE 0 END
             ELSE CASE level WHEN 3 THEN 6000 WHEN 2 THEN 7500 ELSE 8500 END END AS rate,
        CASE WHEN category = 'outpatient' THEN CASE WHEN scheme = 'employee' THEN 600000 ELSE 40000 END
             ELSE CASE WHEN scheme = 'employee' THEN 8000000 ELSE 6000000 END END AS cap
    FROM claim),
share AS (
    SELECT *, CASE WHEN met THEN least(due, in_scope) ELSE 0 END AS deductible,
        CASE WHEN met THEN (greatest(in_scope - due, 0) * rate + 5000) // 10000 ELSE 0 END AS pay
    FROM term),
total AS (
    SELECT *, CAST(sum(pay) OVER (PARTITION BY person_id, scheme, category ORDER BY settled_at, claim_id
                   ROWS UNBOUNDED PRECEDING) AS BIGINT) AS upto
    FROM share)
SELECT claim_id, person_id, service_date, billed, in_scope, deductible,
    CASE WHEN category = 'outpatient' THEN paid ELSE 0 END AS fund_outpatient_pool,
    CASE WHEN category = 'inpatient' THEN paid ELSE 0 END AS fund_inpatient_pool,
    paid AS fund_total, billed - paid AS personal
FROM (SELECT *, least(upto, cap) - least(upto - pay, cap) AS paid FROM total)
"""

AGREEMENT = """
WITH odd AS (   -- persons with a reversal, a stay in several rows, or a row that settle rejected
    SELECT DISTINCT person_id FROM read_parquet('{claims}')
    WHERE reverses IS NOT NULL OR episode IS NOT NULL OR person_id IS NULL
       OR claim_id NOT IN (SELECT claim_id FROM read_parquet('{settled}'))
       OR claim_id IN (SELECT claim_id FROM read_parquet('{claims}') GROUP BY claim_id HAVING count(*) > 1))
SELECT count(*), count(*) FILTER (
    WHERE s.fund_outpatient_pool <> d.fund_outpatient_pool
       OR (c.scheme = 'resident' AND s.fund_inpatient_pool <> d.fund_inpatient_pool))
FROM read_parquet('{settled}') s JOIN read_parquet('{duck}') d USING (claim_id)
JOIN read_parquet('{claims}') c USING (claim_id)
WHERE s.person_id NOT IN (SELECT person_id FROM odd WHERE person_id IS NOT NULL)
"""


def settle(source: str, out: str, threads: int) -> None:
    """Settle the simple layers of a claims file and write them as Parquet."""
    with duckdb.connect(config={"threads": threads}) as con:
        con.execute(f"COPY ({QUERY.format(source=source)}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")


def agreement(claims: str, settled: str, duck: str) -> tuple[int, int]:
    """(claims compared, claims whose simple layers differ) between ``settle`` and the window form."""
    with duckdb.connect() as con:
        found = con.execute(AGREEMENT.format(claims=claims, settled=settled, duck=duck)).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def main() -> None:
    parser = argparse.ArgumentParser(description="Settle the simple layers with DuckDB window sums.")
    parser.add_argument("source")
    parser.add_argument("out")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    settle(given.source, given.out, given.threads)


if __name__ == "__main__":
    main()
