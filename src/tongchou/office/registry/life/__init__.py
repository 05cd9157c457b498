"""What happens to persons and units of the registry: deaths, merges, transfers, confirmations, filings, cross-checks.

``death`` ends spells on a day and brings them back, ``merge`` joins two records of one human being, ``transfer`` moves
an insurance relation with its months and balance (P19), ``confirm`` enrols retirees of a unit that cannot pay (J08),
``filings`` keeps what a person files (R14, K02), ``crosscheck`` holds tax wages against enrolment (K10), ``coverage``
counts who is covered. Importing this package declares the operations and their refusals.
"""

from __future__ import annotations

from ...frame.operation import refuses
from . import confirm, death, filings, merge, transfer

__all__ = ["confirm", "death", "filings", "merge", "transfer"]

refuses(
    {
        "life_event_now": "life_event_exists",
        "month_twice": "month_twice",
        "transfer_once": "transfer_exists",
        "filing_overlaps": "filing_overlaps",
        "enrolment_overlaps": "spells_overlap",
        "merged_now": "person_merged",
        "TO031": "after_life_event",
        "TO032": "person_merged",
    },
    {
        "life_event_exists": "已登记死亡或出境定居",
        "month_twice": "同一月份不能重复计算",
        "transfer_exists": "该转移凭证已登记",
        "filing_overlaps": "同一期间已有备案",
        "spells_overlap": "同一期间已参加同类险种",
        "person_merged": "该人员记录已并入另一记录",
        "after_life_event": "参保期间不能晚于死亡或出境定居之日",
    },
)
