"""From a file's typed columns to claims of one scheme: what law refuses is rejected here, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tongchou.law.days import iso
from tongchou.law.tables import BILL_PARTS, NO_END, Attribute, Scheme
from tongchou.rules.settlement import batch
from tongchou.rules.settlement.coverage import (
    disease_bits,
    intervals,
    largest_year,
    required_inputs,
    taken_categories,
)

from .claims import Claims

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
AMOUNTS = ("billed", "in_scope", *BILL_PARTS)


@dataclass
class Persons:
    """Person ids as codes, in the order of first appearance; the opening's persons come first."""

    ids: pa.Array
    code: Ints


def reject(claims: Claims, rows: Ints, column: str, reason: str, detail: str, values: pa.Array | str = "") -> None:
    """Reject accepted rows (positions among the accepted) for a reason of law."""
    claims.rejected.add(claims.row[rows], column, values, reason, detail)


def own_codes(claims: Claims, rows: Ints, joined: Attribute, own: Attribute) -> tuple[NDArray[np.int64], Mask]:
    """An attribute's codes as the scheme numbers them, and where it knows the code.

    The file was read with the values of all schemes of the area joined in one list.
    """
    values = claims.columns[own.name][rows].astype(np.int64)
    if joined.values == own.values or own.kind not in ("code", "codes"):
        return values, np.ones(len(rows), np.bool_)
    place = [own.values.index(v) if v in own.values else -2 for v in joined.values]
    if own.kind == "code":
        out = np.where(values < 0, values, np.array([*place, -1])[values])
        return out, out != -2
    out, known = np.zeros(len(rows), np.int64), np.ones(len(rows), np.bool_)
    for bit, to in enumerate(place):
        held = values >> bit & 1 == 1
        if to < 0:
            known &= ~held
        else:
            out |= held.astype(np.int64) << to
    return out, known


def refuse_foreign_codes(claims: Claims, rows: Ints, scheme: Scheme, joined: Mapping[str, Attribute]) -> Ints:
    """Reject codes that another scheme of the area declares and this one does not."""
    good = np.ones(len(rows), np.bool_)
    for a in scheme.attributes:
        if a.kind in ("code", "codes"):
            _, known = own_codes(claims, rows, joined[a.name], a)
            bad = good & ~known
            if bad.any():
                reject(claims, rows[bad], a.source or a.name, "unknown_code", ", ".join(a.values))
                good &= known
    return rows[good]


def refuse_uncovered(
    claims: Claims, rows: Ints, scheme: Scheme, joined: Mapping[str, Attribute], known: int | None = None
) -> Ints:
    """Reject what the scheme does not cover (date, category, attribute); gives the rows that are left."""
    day = claims.day[rows]
    good = np.ones(len(rows), np.bool_)
    outside = (day < scheme.start) | (day >= (scheme.end or NO_END))
    what = f"{scheme.area} {scheme.name}" + (f" 按 {iso(known)} 已知 as known then" if known is not None else "")
    period = f"{iso(scheme.start)} … {iso(scheme.end)}"
    if outside.any():
        reject(claims, rows[outside], "service_date", "no_rule", f"{what} ({period})", _dates(day[outside]))
        good &= ~outside
    by_name = {a.name: a for a in scheme.attributes}
    category, _ = own_codes(claims, rows, joined["category"], by_name["category"])
    for start, end in intervals(scheme):
        here = good & (day >= start) & (day < end)
        if not here.any():
            continue
        taken = taken_categories(scheme, start, end)
        for code in np.unique(category[here]).tolist():
            if code in taken:
                continue
            bad = here & (category == code)
            name = scheme.categories[code]
            reject(claims, rows[bad], "category", "no_rule", f"{what} {name} ({iso(start)} … {iso(end)})", name)
            good &= ~bad
        for name in required_inputs(scheme, start, end):
            bad = here & good & (claims.columns[name][rows] < 0)
            if bad.any():
                reject(claims, rows[bad], name, "missing_value", "")
                good &= ~bad
    return rows[good]


def _dates(days: NDArray[np.int32]) -> pa.Array:
    return pa.array(days.astype(np.int64) - 719_163, pa.int64()).cast(pa.int32()).cast(pa.date32()).cast(pa.string())


def refuse_too_large(claims: Claims, rows: Ints, persons: Persons, scheme: Scheme) -> Ints:
    """Reject what lifts a person's year above what int64 holds; the rows before it stay."""
    limit = largest_year(scheme)
    billed = claims.money["billed"][rows]
    if len(rows) == 0 or float(billed.astype(np.float64).sum()) <= limit:
        return rows
    person = persons.code[rows]
    order = np.lexsort((np.arange(len(rows)), claims.order[rows], person))
    totals: dict[int, int] = {}
    bad = []
    for i in order.tolist():
        total = totals.get(int(person[i]), 0) + int(billed[i])
        if total > limit:
            bad.append(i)
        else:
            totals[int(person[i])] = total
    if not bad:
        return rows
    keep = np.ones(len(rows), np.bool_)
    keep[bad] = False
    reject(claims, rows[~keep], "billed", "person_year_too_large", f"{limit // 100}")
    return rows[keep]


def diseases(claims: Claims, rows: Ints, scheme: Scheme) -> NDArray[np.int16]:
    """The attribute ``disease`` of each row: given, and in which catalogue on its day."""
    texts = claims.disease.take(pa.array(rows))
    out = np.zeros(len(rows), np.int16)
    if texts.null_count == len(texts):
        return out
    coded = texts.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    words = coded.dictionary.to_pylist()
    spans = intervals(scheme)
    starts = np.array([s for s, _ in spans])
    span = np.clip(np.searchsorted(starts, claims.day[rows], side="right") - 1, 0, None)
    for pair in np.unique(codes * len(spans) + span)[:]:
        code, at = divmod(int(pair), len(spans))
        if code >= 0:
            out[(codes == code) & (span == at)] = disease_bits(scheme, words[code], spans[at][0])
    return out


def episode_codes(claims: Claims, rows: Ints, known: dict[str, int]) -> Ints:
    """Episode texts as codes, −1 where none; ``known`` holds the codes of the opening and grows."""
    texts = claims.episode.take(pa.array(rows))
    if texts.null_count == len(texts):
        return np.full(len(rows), -1, np.int64)
    coded = texts.dictionary_encode()
    table = np.array([known.setdefault(w, len(known)) for w in coded.dictionary.to_pylist()] or [0], np.int64)
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(codes < 0, -1, table[codes])


def scheme_claims(
    claims: Claims,
    rows: Ints,
    persons: Persons,
    scheme: Scheme,
    episodes: dict[str, int],
    reverses: Ints,
    joined: Mapping[str, Attribute],
) -> batch.Claims:
    """The batch of one scheme. ``reverses``: position within ``rows`` of the claim undone, or −1."""
    columns: dict[str, NDArray[np.generic]] = {}
    for a in scheme.attributes:
        if a.name == "disease":
            columns["disease"] = diseases(claims, rows, scheme)
        elif a.kind != "state":
            same = joined[a.name].values == a.values
            columns[a.name] = claims.columns[a.name][rows] if same else own_codes(claims, rows, joined[a.name], a)[0]
    for name, values in claims.money.items():
        columns[name] = values[rows]
    for layer in scheme.layers:  # a part the file does not have is zero
        if layer.intake.kind == "part":
            columns.setdefault(f"part_{layer.intake.name}", np.zeros(len(rows), np.int64))
    return batch.Claims(
        day=claims.day[rows],
        person=persons.code[rows],
        order=claims.order[rows],
        columns=columns,
        interim=claims.columns["interim"][rows],
        category=columns["category"].astype(np.int8),
        episode=episode_codes(claims, rows, episodes),
        reverses=reverses,
    )


def person_codes(claims: Claims, known: pa.Array | None) -> Persons:
    """Person ids as codes; those of the opening keep theirs."""
    ids = claims.person_id
    if known is None or len(known) == 0:
        coded = ids.dictionary_encode()
        return Persons(coded.dictionary, coded.indices.to_numpy(zero_copy_only=False).astype(np.int64))
    both = pa.chunked_array([known.cast(pa.string()), ids]).dictionary_encode().combine_chunks()
    return Persons(both.dictionary, both.indices.to_numpy(zero_copy_only=False).astype(np.int64)[len(known) :])


def find_originals(claims: Claims) -> Ints:
    """Position (among accepted rows) of the claim each row undoes: −1 none, −2 not in this file."""
    out = np.full(len(claims), -1, np.int64)
    given = np.flatnonzero(claims.reverses.is_valid().to_numpy(zero_copy_only=False))
    if len(given):
        at = pc.index_in(claims.reverses.take(pa.array(given)), value_set=claims.claim_id)
        out[given] = at.fill_null(-2).to_numpy(zero_copy_only=False)
    return out
