"""A question asked of a file of persons: one row a person, every row answered or rejected by name, nothing lost.

Columns are the question's facts (``Option.column``), beside ``person_id``, which is carried along. The file is read in
blocks by the readers of the claims files, so encodings, worksheets and broken rows are treated alike; each row is
answered by the very function that answers one person.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tongchou.interfaces.cli.refusals import no_rule_zh
from tongchou.interfaces.files.blocksource import open_blocks
from tongchou.interfaces.files.cell_faults import tell_faults
from tongchou.interfaces.files.encoding import Encoding
from tongchou.interfaces.files.fullwidth import fullwidth_notes, plain_source
from tongchou.interfaces.files.limits import Limits
from tongchou.interfaces.files.refusal import FileRefused, suggestions
from tongchou.interfaces.files.source import Reading, Source
from tongchou.law.figures import Figures, MissingFact
from tongchou.law.findings import NoRule
from tongchou.rules.reckoning import FactRefused, Reckoning

from .batch_check import conflicts, repeated
from .batch_figures import Remembered
from .batch_out import Writer
from .batch_texts import KINDS, texts_of
from .frame import Question, facts_of

ID = "person_id"
BLOCK = 5_000
"""Rows read, answered and put away at a time."""

Figured = Callable[[str], Figures]
"""The figures of an area by its code; raises NoRule for one that is not encoded."""
Row = tuple[int, dict[str, str]]


class Batch:
    """A question, the file it is asked of, the facts that hold for every row, and where figures come from.

    Raises FileRefused where the file cannot be read or its columns do not fit the question.
    """

    def __init__(
        self,
        question: Question,
        file: Path,
        fixed: Mapping[str, str],
        figures: Figured,
        sheet: str | None = None,
        encoding: Encoding | None = None,
    ) -> None:
        self.question, self.file, self.fixed = question, file, dict(fixed)
        self.columns = {o.column: o for o in question.options}
        self.blocks = open_blocks(file, Reading(sheet, encoding, frozenset((*self.columns, ID))))
        self.kinds = {c: KINDS[o.kind] for c, o in self.columns.items()} | {ID: "text"}
        self._figures = figures
        self._areas: dict[str, Figures | NoRule] = {}
        self._check_columns()

    def _check_columns(self) -> None:
        """Refuses unknown columns, columns that an option fills too, and needed facts that neither gives."""
        names = list(self.blocks.names)
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

    def sources(self) -> Iterator[tuple[int, Source, Source]]:
        """(rows before it, block as it stands, the same with numbers and dates in plain characters), in order."""
        before = 0
        for _, load in self.blocks.units(Limits(block_rows=BLOCK), []):
            for source, _ in load():
                plain = plain_source(source, self.kinds, None)
                tell_faults(plain, {name: {name} for name in plain.columns})
                yield before, source, plain
                before += source.rows

    def rows(self, source: Source) -> Iterator[Row]:
        """(row from 0, texts by column, options filled in) of every row of a block that is one."""
        names, mask = list(source.columns), source.rejected.mask
        texts = [texts_of(name, source, self.columns.get(name)) for name in names]
        for i, cells in enumerate(zip(*texts, strict=True)):
            if not mask[i]:
                yield i, {**self.fixed, **{n: c for n, c in zip(names, cells, strict=True) if c}}

    def _all_rows(self) -> Iterator[Row]:
        for before, _, plain in self.sources():
            for i, given in self.rows(plain):
                yield before + i, given

    def figures(self, area: str) -> Figures:
        """The figures of an area, looked up once; what refuses them refuses again."""
        if area not in self._areas:
            try:
                self._areas[area] = Remembered(self._figures(area))
            except NoRule as e:
                self._areas[area] = e
        found = self._areas[area]
        if isinstance(found, NoRule):
            raise found
        return found

    def run(self, out: Path, lang: str, tell: Callable[[int, int], None]) -> dict[str, Any]:
        """Answers every row into a folder; gives the summary. ``answered + rejected == rows_read``, asserted."""
        begun = time.perf_counter()
        refused: dict[int, FactRefused] = {}
        if self.question.name == "contribution" and ID in self.blocks.names:
            refused = conflicts(self.question.name, repeated(self._all_rows))
        fullwidth: Counter[str] = Counter()
        with Writer(out, self.blocks.names, lang, begun) as write:
            for before, source, plain in self.sources():
                tell(before, max(self.blocks.rows, before))
                fullwidth.update(plain.fullwidth)
                write.begin(source)
                for i, given in self.rows(plain):
                    self._one(write, i, given, refused.get(before + i), lang)
                write.end()
            tell(write.read, write.read)
            notes = [*self.blocks.notes, *fullwidth_notes(fullwidth)]
            return write.finish({"question": self.question.name, "source": str(self.file)}, notes)

    def _one(self, write: Writer, i: int, given: dict[str, str], refused: FactRefused | None, lang: str) -> None:
        person = given.pop(ID, "")
        try:
            if refused is not None:
                raise refused
            answer, law = self._answer(given)
        except FactRefused as e:
            said = f"应为：{e.zh}" if lang == "zh" else f"expected {e.expected}"
            write.rejected(i, e.code, e.field, e.found, said)
        except NoRule as e:
            column = self._column_of(e, given)
            found = given.get(column, e.area)
            write.rejected(i, e.code, column, found, no_rule_zh(e) if lang == "zh" else str(e))
        else:
            write.answered(i, person, answer, law)

    def _column_of(self, e: NoRule, given: Mapping[str, str]) -> str:
        """The fact whose day or month is not covered, where it is one that was given; else the area."""
        for column, option in self.columns.items():
            text = given.get(column, "")
            if (option.kind == "day" and text == e.when) or (option.kind == "month" and f"{text}-01" == e.when):
                return column
        return "area"

    def _answer(self, given: Mapping[str, str]) -> tuple[dict[str, Any], Reckoning]:
        """One person's answer, without its sentences."""
        facts = facts_of(self.question, given)
        law = Reckoning(self.figures(facts["area"]))
        try:
            return self.question.answer(law, facts), law
        except MissingFact as e:
            raise FactRefused("missing_value", e.fact, "", f"{e.name} depends on it", f"{e.name} 取决于它") from e
