"""A question asked of a file of persons: one row a person, every row answered or rejected by name, nothing lost.

Columns are the question's facts (``Option.column``), beside ``person_id``, which is carried along. The file is opened
by the readers of the claims files, so encodings, worksheets and broken rows are treated alike; each row is answered by
the very function that answers one person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tongchou.interfaces.cli.refusals import no_rule_zh
from tongchou.interfaces.files.cell_faults import tell_faults
from tongchou.interfaces.files.refusal import FileRefused, suggestions
from tongchou.interfaces.files.source import Reading, open_source
from tongchou.interfaces.files.write import printable
from tongchou.law.figures import Figures, MissingFact
from tongchou.law.findings import NoRule
from tongchou.rules.reckoning import FactRefused, Reckoning

from .batch_check import conflicts
from .batch_out import Writer
from .frame import Question, facts_of

ID = "person_id"
BLOCK = 5_000
_FIRST_OF_MONTH = re.compile(r"(\d{4}-\d{2})-01(T00:00:00)?\Z")

Figured = Callable[[str], Figures]
"""The figures of an area by its code; raises NoRule for one that is not encoded."""


class Batch:
    """A question, the file it is asked of, the facts that hold for every row, and where figures come from."""

    def __init__(self, question: Question, file: Path, fixed: Mapping[str, str], figures: Figured) -> None:
        self.question, self.file, self.fixed = question, file, dict(fixed)
        self.columns = {o.column: o for o in question.options}
        self.source = open_source(file, Reading(wanted=frozenset((*self.columns, ID))))
        self._figures = figures
        self._areas: dict[str, Figures | NoRule] = {}
        self._check_columns()
        taken = {name: self._texts(name) for name in self.source.columns}
        tell_faults(self.source, {name: {name} for name in taken})
        self.taken: dict[str, list[str]] = taken

    def _check_columns(self) -> None:
        """Refuses unknown columns, columns that an option fills too, and needed facts that neither gives."""
        names = list(self.source.columns)
        unknown = [n for n in names if n not in self.columns and n != ID]
        if unknown:
            zh, en = suggestions(unknown, (*self.columns, ID))
            raise FileRefused(
                "unknown_column",
                f"{self.file} 有本问题不用的列：{'、'.join(unknown)}{zh}",
                f"{self.file} has columns that the question does not take: {', '.join(unknown)}{en}",
            )
        both = [n for n in names if n in self.fixed]
        if both:
            raise FileRefused(
                "column_and_option",
                f"列与选项同时给出：{'、'.join(both)}；只留一个",
                f"given by a column and by an option: {', '.join(both)}; keep one",
            )
        lacks = [n for n, o in self.columns.items() if o.needed and n not in names and n not in self.fixed]
        if lacks:
            raise FileRefused(
                "missing_column",
                f"{self.file} 缺少列：{'、'.join(lacks)}（或用同名选项给出）",
                f"{self.file} lacks the columns {', '.join(lacks)} (or give them as options)",
            )

    def _texts(self, name: str) -> list[str]:
        """A column as texts; refuses floats, which hold no exact amounts."""
        import pyarrow as pa

        column = self.source.columns[name]
        if pa.types.is_floating(column.type):
            raise FileRefused(
                "column_type",
                f"列 {name} 是浮点数，金额不精确；请导出为文本或定点小数",
                f"the column {name} holds floats, which are not exact; export it as text or decimals",
            )
        texts: list[str | None] = printable(name, column).to_pylist()
        option = self.columns.get(name)
        if self.source.kind != "csv" and option is not None and option.kind == "month":
            return [_FIRST_OF_MONTH.sub(r"\1", t) if t else "" for t in texts]
        return [t or "" for t in texts]

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(row from 0, texts by column, options filled in) of every row that is one."""
        names, mask = list(self.taken), self.source.rejected.mask
        for i, cells in enumerate(zip(*self.taken.values(), strict=True)):
            if not mask[i]:
                yield i, {**self.fixed, **{n: c for n, c in zip(names, cells, strict=True) if c}}

    def figures(self, area: str) -> Figures:
        """The figures of an area, looked up once; what refuses them refuses again."""
        if area not in self._areas:
            try:
                self._areas[area] = self._figures(area)
            except NoRule as e:
                self._areas[area] = e
        found = self._areas[area]
        if isinstance(found, NoRule):
            raise found
        return found

    def run(self, out: Path, lang: str, tell: Callable[[int, int], None]) -> dict[str, Any]:
        """Answers every row into a folder; gives the summary. ``answered + rejected == rows_read``, asserted."""
        refused: dict[int, FactRefused] = conflicts(self.question.name, self.rows())
        with Writer(out, self.source, lang) as write:
            for i, given in self.rows():
                if i % BLOCK == 0:
                    write.block()
                    tell(i, self.source.rows)
                person = given.pop(ID, "")
                try:
                    if i in refused:
                        raise refused[i]
                    answer, law = self._answer(given)
                except FactRefused as e:
                    said = f"应为：{e.zh}" if lang == "zh" else f"expected {e.expected}"
                    write.rejected(i, e.code, e.field, e.found, said)
                except NoRule as e:
                    write.rejected(i, e.code, "area", e.area, no_rule_zh(e) if lang == "zh" else str(e))
                else:
                    write.answered(i, person, answer, law)
            tell(self.source.rows, self.source.rows)
            return write.finish()

    def _answer(self, given: Mapping[str, str]) -> tuple[dict[str, Any], Reckoning]:
        """One person's answer, without its sentences."""
        facts = facts_of(self.question, given)
        law = Reckoning(self.figures(facts["area"]))
        try:
            return self.question.answer(law, facts), law
        except MissingFact as e:
            raise FactRefused("missing_value", e.fact, "", f"{e.name} depends on it", f"{e.name} 取决于它") from e


def open_batch(question: Question, file: Path, fixed: Mapping[str, str], figures: Figured) -> Batch:
    """The batch of a file; FileRefused where it cannot be read or its columns do not fit the question."""
    return Batch(question, file, fixed, figures)
