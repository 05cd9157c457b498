"""Full-width digits, letters and marks in numbers, dates and codes, taken for what they are where that is plain.

Chinese input methods write １２．５０ or ２０２３－０５－０４. Such a cell becomes plain where every character has
one ASCII counterpart; the summary says how many did. A mark that has several meanings (。 、 —) is not
guessed at: the row is rejected and told so. Ids and free texts are never touched, nor is a word with anything
else in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.law.tables import Attribute
from tongchou.money.arrays import text_layout

from .cell_faults import Note
from .columns import BY_NAME, is_part
from .mapping import Mapping
from .source import Source

_BLANK = "\u3000"
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2212: 0x2D}
"""Full-width forms and the minus sign to ASCII."""
_DOUBTFUL = "。、・·•—–‐‑‒―﹣﹒"
_NUMBERLIKE = re.compile(rf"[0-9０-９.,:/\-．，：／－−{_BLANK}{re.escape(_DOUBTFUL)}]+")
_NUMBERS = {"money", "integer", "date", "time", "month"}
_WORDS = {"code", "codes", "flag", "scheme"}


def plain(word: str) -> str:
    """A word in ASCII where it is one in full-width dress; else as it stands."""
    bare = word.strip(_BLANK).translate(_PLAIN)
    return bare if bare.isascii() else word


def doubtful(word: str) -> str:
    """The marks of a number or date that could mean several things; empty where there are none."""
    if not _NUMBERLIKE.fullmatch(word) or not re.search("[0-9０-９]", word):
        return ""
    return "".join(dict.fromkeys(letter for letter in word.strip(_BLANK) if letter in _DOUBTFUL + _BLANK))


def kinds_of(attributes: Sequence[Attribute]) -> dict[str, str]:
    """The kind of every column that contract and law know."""
    kinds = {c.name: str(c.kind) for c in BY_NAME.values()}
    return {a.source or a.name: str(a.kind) for a in attributes if (a.source or a.name) not in kinds} | kinds


def plain_source(source: Source, kinds: Table[str, str], mapping: Mapping | None) -> Source:
    """The source with its numbers, dates and codes in ASCII, as far as they are that without doubt.

    Rows with doubtful marks are rejected; the cells changed are counted in the source.
    """
    columns, counts = dict(source.columns), Counter[str]()
    for name, column in source.columns.items():
        uses, kept = _uses(name, kinds, mapping)
        if not uses or not uses <= _NUMBERS | _WORDS or not _foreign(column):
            continue
        columns[name] = _changed(source, name, column, uses, kept, counts)
    if not counts:
        return source
    source.fullwidth.update(counts)
    return replace(source, columns=columns)


def fullwidth_notes(counts: Counter[str]) -> list[Note]:
    """What the summary says of the cells changed, by column."""
    if not counts:
        return []
    told = ", ".join(f"{name} {n}" for name, n in counts.items())
    return [
        Note(
            f"有 {counts.total()} 个单元格的全角字符按半角读取（{told}）。",
            f"{counts.total()} cells in full-width characters were read as plain ones ({told}).",
        )
    ]


def _uses(name: str, kinds: Table[str, str], mapping: Mapping | None) -> tuple[set[str], set[str]]:
    """(kinds of the columns made of a file's column, words that the mapping itself knows)."""
    uses: set[str] = set()
    kept: set[str] = set()
    made = {c.target for c in mapping.columns} if mapping else set()
    if name not in made and (mapping is None or name not in mapping.ignore) and (name in kinds or is_part(name)):
        uses.add(kinds.get(name, "money"))
    for spec in mapping.columns if mapping else ():
        if name in spec.sources:
            uses.add(kinds.get(spec.target, "money") if spec.way != "join" else "text")
            kept |= {word for word, _ in (*spec.codes, *spec.years)}
    return uses, kept


def _foreign(column: pa.Array) -> bool:
    """Whether a text column has any character beyond ASCII."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)) or len(column) == 0:
        return False
    starts, lengths, data = text_layout(column)
    used = data[int(starts[0]) : int(starts[-1] + lengths[-1])]
    return bool(len(used)) and int(used.max()) >= 0x80


def _changed(
    source: Source, name: str, column: pa.Array, uses: set[str], kept: set[str], counts: Counter[str]
) -> pa.Array:
    rows = np.flatnonzero(np.asarray(pc.fill_null(pc.match_substring_regex(column, r"[^\x00-\x7f]"), False)))
    coded = column.take(pa.array(rows)).dictionary_encode()
    words, index = coded.dictionary.to_pylist(), np.asarray(coded.indices)
    better = [word if word in kept else plain(word) for word in words]
    moved = np.array([a != b for a, b in zip(words, better, strict=True)])[index]
    if uses <= _NUMBERS:
        marks = ["" if word in kept or a != word else doubtful(word) for word, a in zip(words, better, strict=True)]
        bad = np.array([bool(mark) for mark in marks])[index]
        if bad.any():
            told = pa.array(marks, pa.string()).take(pa.array(index[bad]))
            zh = pc.binary_join_element_wise("“", told, "” 可能是小数点、分隔号或负号，未作猜测", "")
            en = pc.binary_join_element_wise("'", told, "' may be a point, a separator or a minus", "")
            source.rejected.add(rows[bad], name, column.take(pa.array(rows[bad])), "fullwidth_unclear", (zh, en))
    if not moved.any():
        return column
    counts[name] += int(np.count_nonzero(moved))
    mask = np.zeros(len(column), np.bool_)
    mask[rows[moved]] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(better, column.type).take(pa.array(index[moved])))
