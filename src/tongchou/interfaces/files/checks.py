"""What a row may contradict itself in, once every column has been read."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .columns import MAX_AGE, is_part
from .table import Table
from .times import DAY_SECONDS, month_of

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


def check_rows(table: Table, duplicates: bool = True) -> tuple[Ints, Ints]:
    """Reject rows that contradict themselves or an earlier row; gives (in_scope in fen, age or -1).

    ``duplicates``: whether the table is the whole file; else who has it all looks for repeated ids.

    In this order: ``duplicate_claim_id``, ``status_contradicts_scheme``, ``admission_after_service``,
    age (``out_of_range``, ``age_contradicts_born``), ``delivery_kind_missing``, ``amounts_do_not_add_up``.
    """
    if duplicates:
        _duplicates(table)
    table.source.rejected.late = True
    status, scheme = table.codes("status"), table.scheme_names
    if "resident" in status:
        resident = table.values("status", -1) == status.index("resident")
        employee = table.values("scheme", -1) == scheme.index("employee")
        table.blame(resident & employee, "status", "status_contradicts_scheme")
    late = table.values("admission_date") > table.values("service_date")
    table.blame(late & table.present("admission_date"), "admission_date", "admission_after_service")
    age = _ages(table)
    categories = table.codes("category")
    if "delivery" in categories:
        delivery = table.values("category", -1) == categories.index("delivery")
        table.blame(delivery & ~table.present("delivery_kind"), "delivery_kind", "delivery_kind_missing")
    return _amounts(table), age


def _duplicates(table: Table) -> None:
    """The first row with an id keeps it, whatever else is wrong with that row."""
    ids = table.columns["claim_id"]
    distinct = ids.dictionary_encode()
    codes = np.asarray(distinct.indices.fill_null(-1)).astype(np.int64)
    if len(distinct.dictionary) == len(codes):
        return
    present = table.present("claim_id")
    codes[~present] = -1
    seen = np.maximum.accumulate(codes)
    again = np.zeros(len(codes), np.bool_)
    again[1:] = codes[1:] <= seen[:-1]
    table.blame(again & present, "claim_id", "duplicate_claim_id")


def _ages(table: Table) -> Ints:
    """Whole years on the day of service: from ``born`` where given, else the column ``age``, else -1."""
    stated, born = table.present("age"), table.present("born")
    age = table.values("age", -1).copy()
    if not born.any():
        return age
    rejected = table.source.rejected.mask
    sound = born & ~rejected
    months = month_of(np.where(rejected, 1, table.values("service_date"))) - table.values("born")
    reckoned = months // 12
    outside = sound & ((months < 0) | (reckoned > MAX_AGE))
    bounds = (f"就诊日 0 至 {MAX_AGE} 岁", f"0 to {MAX_AGE} years on service_date")
    table.blame(outside, "born", "out_of_range", bounds)
    table.blame(sound & stated & (np.abs(reckoned - age) > 1), "age", "age_contradicts_born")
    return np.where(sound, reckoned, age)


def _amounts(table: Table) -> Ints:
    billed = table.values("billed")
    three = table.values("out_of_catalogue") + table.values("over_limit") + table.values("first_share")
    given = table.present("in_scope")
    in_scope = np.where(given, table.values("in_scope"), billed - three) if given.any() else billed - three
    parts = np.zeros(table.rows, np.int64)
    for name, parsed in table.parsed.items():
        if is_part(name):
            parts += parsed.values
    _unequal(table, given & (billed != in_scope + three), billed, in_scope + three)
    _exceeding(table, ~given & (three > billed), three, billed)
    over = parts > in_scope
    if (over & ~table.source.rejected.mask).any():
        name = next(n for n in table.parsed if is_part(n))
        zh = _join("part_ 各列之和 ", parts, " 大于 in_scope ", in_scope, over)
        en = _join("the part_ columns add up to ", parts, ", more than in_scope ", in_scope, over)
        table.blame(over, name, "amounts_do_not_add_up", (zh, en))
    return in_scope


def _unequal(table: Table, wrong: Mask, billed: Ints, total: Ints) -> None:
    if (wrong & ~table.source.rejected.mask).any():
        names = "in_scope + out_of_catalogue + over_limit + first_share"
        zh = _join("billed ", billed, f" 不等于 {names} = ", total, wrong)
        en = _join("billed ", billed, f" is not {names} = ", total, wrong)
        table.blame(wrong, "billed", "amounts_do_not_add_up", (zh, en))


def _exceeding(table: Table, wrong: Mask, three: Ints, billed: Ints) -> None:
    if (wrong & ~table.source.rejected.mask).any():
        names = "out_of_catalogue + over_limit + first_share"
        zh = _join(f"{names} = ", three, " 大于 billed ", billed, wrong)
        en = _join(f"{names} = ", three, ", more than billed ", billed, wrong)
        table.blame(wrong, "billed", "amounts_do_not_add_up", (zh, en))


def _join(before: str, first: Ints, between: str, second: Ints, rows: Mask) -> pa.Array:
    """Texts for the rows of the mask, empty for the rest."""
    chosen = pa.array(rows)
    at = np.cumsum(rows) - 1
    texts = pc.binary_join_element_wise(before, fen_texts(first[rows]), between, fen_texts(second[rows]), "")
    return texts.take(pa.array(np.where(rows, at, 0), mask=~np.asarray(chosen)))


def fen_texts(fen: Ints) -> pa.Array:
    """Fen (int64, also negative) to yuan with two places, as a text array."""
    size = np.abs(fen)
    whole = pa.array(size // 100).cast(pa.string())
    cents = pc.utf8_slice_codeunits(pa.array(size % 100 + 100).cast(pa.string()), 1, 3)
    sign = pc.if_else(pa.array(fen < 0), "-", "")
    return pc.binary_join_element_wise(pc.binary_join_element_wise(sign, whole, ""), cents, ".")


def orders(table: Table) -> Ints:
    """Seconds by which a person's claims are ordered: ``settled_at`` where present, else the service day."""
    if "settled_at" in table.parsed:
        return table.values("settled_at")
    return table.values("service_date") * DAY_SECONDS
