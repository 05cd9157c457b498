"""A claims file as typed columns: the accepted rows ready to settle, the others with their reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tongchou.law.tables import Attribute

from .cell_faults import Note, tell_faults, used_columns
from .cells import as_text
from .checks import check_rows, orders
from .columns import MONEY_COLUMNS, PART_PREFIX, REQUIRED, STANDARD, is_part, is_standard
from .fullwidth import fullwidth_notes, kinds_of, plain_source
from .mapping import Mapping
from .mapping_apply import apply_mapping
from .mapping_check import check_mapping
from .refusal import FileRefused, suggestions
from .rejections import Rejections
from .source import BY_ITSELF, Reading, SheetRead, Source, open_source
from .table import Table, is_age, reads_standard

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass
class Claims:
    """Claims of one file. Arrays have one entry for each *accepted* row unless they say otherwise.

    Money is int64 fen, a day its ordinal, an absent value -1 (texts: null).
    """

    source: str
    kind: Literal["csv", "parquet", "xlsx"]
    rows_read: int
    """Rows of the file, accepted or not."""
    row: Ints
    """0-based place of each accepted row among the file's rows."""
    line: Ints
    """For *every* row of the file: its physical line (CSV) or its number from 1 (Parquet)."""
    claim_id: pa.Array
    person_id: pa.Array
    disease: pa.Array
    episode: pa.Array
    reverses: pa.Array
    scheme: NDArray[np.int8]
    """Index in ``scheme_names``."""
    scheme_names: tuple[str, ...]
    day: NDArray[np.int32]
    """service_date."""
    order: Ints
    """Ordinal * 86400 + seconds of settled_at, or of the service day's midnight where the file has none."""
    admission_day: NDArray[np.int32]
    columns: dict[str, NDArray[Any]]
    """Every standard column of a code, flag or number, ``age``, and every attribute, by attribute name:
    codes int8 (int16 above 127 values), ``codes`` int32 bit masks, flags int8, integers int32, dates
    int32, money int64."""
    money: dict[str, Ints]
    """The five amounts and every ``part_<name>``; ``in_scope`` reckoned where it was absent."""
    extra: pa.Table
    """Columns the contract and the law do not know."""
    warnings: dict[str, Mask]
    raw: pa.Table
    """All original columns of *all* rows, as read."""
    rejected: Rejections
    notes: list[Note] = field(default_factory=list)
    """What the summary tells of the file: its encoding, its sheet, what was normalised."""
    sheet: SheetRead | None = None
    """The worksheet read (XLSX)."""

    def __len__(self) -> int:
        return len(self.row)


def read_claims(
    path: str | Path,
    attributes: Sequence[Attribute],
    mapping: Mapping | None = None,
    schemes: Sequence[str] = (),
    known_parts: Sequence[str] | None = None,
    reading: Reading = BY_ITSELF,
) -> Claims:
    """Read a claims file (CSV, Parquet or XLSX). ``reading``: its sheet and encoding, where named.

    ``attributes``: the law's, standard ones included; ``category`` and ``identity`` take their values
    from them. ``schemes``: names beside employee and resident. ``known_parts``: parts the law knows (with
    or without ``part_``); None: not checked, no warning ``unknown_part``.

    Raises ``FileRefused`` for what is wrong with the file as a whole. A bad row is rejected with one
    reason, the first in this order: ``bad_quotes``, ``wrong_field_count``; the standard columns in the order
    of ``columns.STANDARD`` (``missing_value`` before what is wrong with the value), ``part_`` columns,
    declared attributes; then the contradictions in the order of ``checks.check_rows``.
    """
    known = known_names(attributes)
    if mapping is not None:
        check_mapping(mapping, attributes, schemes)
    source = open_source(path, replace(reading, wanted=wanted_names(known, mapping)))
    claims = claims_of(source, attributes, mapping, schemes, known_parts)[0]
    source.notes.extend(fullwidth_notes(source.fullwidth))
    return claims


def known_names(attributes: Sequence[Attribute]) -> list[str]:
    """Columns that the contract and the law know."""
    return [c.name for c in STANDARD] + [a.source or a.name for a in attributes]


def claims_of(
    source: Source,
    attributes: Sequence[Attribute],
    mapping: Mapping | None = None,
    schemes: Sequence[str] = (),
    known_parts: Sequence[str] | None = None,
    block: bool = False,
) -> tuple[Claims, Table]:
    """The same of a file that has been opened, and the table it was read into.

    ``block``: the source is a part of a file, one of several at work: repeated ids are not looked for.
    """
    known = known_names(attributes)
    given = plain_source(source, kinds_of(attributes), mapping)
    columns, origin, used = given.columns, dict[str, str](), frozenset[str](source.columns)
    if mapping is not None:
        columns, origin, used = apply_mapping(mapping, given, known)
    _need(source, columns, mapping is not None)
    in_use = [name for name in columns if name in known or is_part(name)]
    tell_faults(source, used_columns(in_use, used, mapping))
    table = Table(source, columns, origin, attributes, schemes, 1 if block else 2)
    table.read()
    in_scope, age = check_rows(table, not block)
    table.parsed.pop("in_scope", None)
    return _accepted(table, in_scope, age, used, known_parts), table


def wanted_names(known: Sequence[str], mapping: Mapping | None) -> frozenset[str]:
    """The column names a file may be expected to have."""
    made = {c.target for c in mapping.columns} if mapping else set()
    sources = {name for c in mapping.columns for name in c.sources} if mapping else set()
    return frozenset((set(known) - made) | sources)


def _need(source: Source, columns: dict[str, pa.Array], mapped: bool) -> None:
    """Refuse a file that lacks required columns, all of them named."""
    missing = [name for name in REQUIRED if name not in columns]
    if not missing:
        return
    zh, en = suggestions([n for n in columns if not is_standard(n)], missing)
    only = next(iter(columns), "")
    if len(columns) == 1 and ("\t" in only or ";" in only):
        zh = "；该文件似以制表符或分号分隔，应改用逗号"
        en = "; its cells seem to be parted by tabs or semicolons, use commas"
    todo = ("请补列，或用 --map 指定映射文件", "add them, or use --map")
    if mapped:
        todo = ("请在映射文件中补上", "add them to the mapping")
    need, has = list(missing), list(source.columns)
    raise FileRefused(
        "missing_column",
        f"文件 {source.path} 缺少必填列：{'、'.join(need)}；现有列：{'、'.join(has)}{zh}；{todo[0]}",
        f"{source.path} lacks required columns: {', '.join(need)}; it has: {', '.join(has)}{en}; {todo[1]}",
    )


def _accepted(
    table: Table, in_scope: Ints, age: Ints, used: frozenset[str], known_parts: Sequence[str] | None
) -> Claims:
    """Take the accepted rows out of a table that has been read and checked."""
    source = table.source
    row = np.flatnonzero(~source.rejected.mask)
    every = len(row) == table.rows
    chosen = pa.array(row)

    def pick(values: Ints, kind: type[np.signedinteger[Any]] = np.int64) -> NDArray[Any]:
        return (values if every else values[row]).astype(kind, copy=False)

    def text(name: str) -> pa.Array:
        if name not in table.columns:
            return pa.nulls(len(row), pa.string())
        array, present = as_text(name, table.columns[name]), table.present(name)
        if not every:
            array, present = array.take(chosen), present[row]
        return array if present.all() else pc.if_else(pa.array(present), array, None)

    money = {name: pick(table.values(name)) for name in MONEY_COLUMNS if name != "in_scope"}
    money["in_scope"] = pick(in_scope)
    money |= {name: pick(table.values(name)) for name in table.parsed if is_part(name)}
    raw = pa.table(source.columns) if source.columns else pa.table({})
    extra = table.extra = extra_columns(table, used)
    return Claims(
        source=source.path,
        kind=source.kind,
        rows_read=table.rows,
        row=row,
        line=source.line,
        claim_id=text("claim_id"),
        person_id=text("person_id"),
        disease=text("disease"),
        episode=text("episode"),
        reverses=text("reverses"),
        scheme=pick(table.values("scheme"), np.int8),
        scheme_names=table.scheme_names,
        day=pick(table.values("service_date"), np.int32),
        order=pick(orders(table)),
        admission_day=pick(table.values("admission_date", -1), np.int32),
        columns={name: pick(values, kind) for name, (values, kind) in _columns(table, age).items()},
        money=money,
        extra=extra if every else extra.take(chosen),
        warnings=_warnings(money, known_parts),
        raw=raw,
        rejected=source.rejected,
        notes=source.notes,
        sheet=source.sheet,
    )


_Kind = type[np.signedinteger[Any]]


def _columns(table: Table, age: Ints) -> dict[str, tuple[Ints, _Kind]]:
    """Standard columns that law may read, then the declared attributes, with their types."""
    found: dict[str, tuple[Ints, _Kind]] = {}
    for column in STANDARD:
        if column.kind in ("code", "codes", "flag", "integer"):
            default = -1 if column.default is None else column.default
            kind = _dtype(column.kind, len(table.codes(column.name)))
            values = age if column.name == "age" else table.values(column.name, default, kind)
            found[column.name] = (values, kind)
    for name, attribute in table.attributes.items():
        if is_age(attribute):
            found[name] = (age, np.int32)
        elif not reads_standard(attribute):
            default = -1 if attribute.default is None else attribute.default
            parsed, kind = table.declared.get(name), _dtype(attribute.kind, len(attribute.values))
            if parsed is None:
                values = np.full(table.rows, default, kind)
            else:
                values = np.where(parsed.present, parsed.values, default)
            found[name] = (values, kind)
        elif attribute.kind == "date":
            found[name] = (table.values(name, -1), np.int32)
        elif attribute.kind == "money":
            found[name] = (table.values(name), np.int64)
    return found


def column_type(attribute: Attribute) -> _Kind:
    """The type of an attribute's column."""
    return np.int32 if is_age(attribute) else _dtype(attribute.kind, len(attribute.values))


def _dtype(kind: str, values: int) -> _Kind:
    if kind == "money":
        return np.int64
    if kind == "code":
        return np.int8 if values <= 127 else np.int16
    if kind == "codes":
        return np.int32 if values <= 31 else np.int64
    return np.int8 if kind == "flag" else np.int32


def extra_columns(table: Table, used: frozenset[str]) -> pa.Table:
    """Columns carried through: those that neither contract nor law knows.

    Where a mapping gives a standard column otherwise, the file's column of that name is carried as
    ``source_<name>``.
    """
    raw = pa.table(table.source.columns)
    sources = {a.source or a.name for a in table.attributes.values()}
    kept: dict[str, pa.ChunkedArray] = {}
    for name in raw.column_names:
        known = is_standard(name) or name in sources
        if not (known and name in used):
            kept[f"source_{name}" if known else name] = raw.column(name)
    return pa.table(kept) if kept else raw.select([])


def _warnings(money: dict[str, Ints], known_parts: Sequence[str] | None) -> dict[str, Mask]:
    if known_parts is None:
        return {}
    known = {PART_PREFIX + p.removeprefix(PART_PREFIX) for p in known_parts}
    unknown = [values > 0 for name, values in money.items() if is_part(name) and name not in known]
    return {"unknown_part": np.logical_or.reduce(unknown)} if unknown else {}
