"""Good rows written by COPY: persons, versions with sealed numbers, spells; one moment for a whole chunk."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg

from ..frame import secrecy
from ..frame.calendar import clock
from .intake_check import Checked
from .intake_rows import Rows

BLOCK = 5_000
"""Lines handed to COPY at a time."""
VERSIONS = (
    "COPY office.person_version (person, area, name, sex, born, number_kind, sealed, digest, masked, recorded_from, "
    "recorded_by) FROM STDIN"
)
SPELLS = (
    "COPY office.enrolment (person, insurance, way, status, employer, area, in_force, source, recorded_from, "
    "recorded_by) FROM STDIN"
)


def write(conn: psycopg.Connection, by: str, rows: Rows, good: Checked) -> None:
    """Write the good rows of a chunk, in the transaction that is under way."""
    if not len(good.rows):
        return
    persons = _numbers(conn, len(good.rows))
    at = clock(conn).isoformat()
    _copy(conn, "COPY office.person (id) FROM STDIN", (f"{i}\n" for i in persons))
    _copy(conn, VERSIONS, _versions(rows, good, persons, f"{at}\t{by}\n"))
    _copy(conn, SPELLS, _spells(rows, good, persons, f"{at}\t{by}\n"))


def _numbers(conn: psycopg.Connection, n: int) -> list[int]:
    """So many new numbers of persons, drawn at once."""
    row = conn.execute(
        "SELECT array_agg(nextval(pg_get_serial_sequence('office.person', 'id'))) FROM generate_series(1, %s)", [n]
    ).fetchone()
    assert row is not None
    return [int(i) for i in row[0]]


def _copy(conn: psycopg.Connection, statement: str, lines: Iterable[str]) -> None:
    with conn.cursor() as cursor, cursor.copy(statement) as copy:
        block: list[str] = []
        for line in lines:
            block.append(line)
            if len(block) == BLOCK:
                copy.write("".join(block))
                block = []
        copy.write("".join(block))


def _versions(rows: Rows, good: Checked, persons: list[int], end: str) -> Iterable[str]:
    picked = good.rows
    places = picked.tolist()
    areas, kinds = (rows.coded[k].list(picked) for k in ("area", "number_kind"))
    born = rows.born[picked].astype(str).tolist()
    male = rows.male[picked].tolist()
    seal, mask = secrecy.seal, secrecy.mask
    for i, person, area, day, man, kind, digest in zip(
        places, persons, areas, born, male, kinds, good.digests, strict=True
    ):
        number = rows.number[i]
        yield (
            f"{person}\t{area}\t{escaped(rows.name[i])}\t{'M' if man else 'F'}\t{day}\t{kind or 'resident_id'}\t"
            f"{seal(number)}\t\\\\x{digest.hex()}\t{mask(number)}\t{end}"
        )


def _spells(rows: Rows, good: Checked, persons: list[int], end: str) -> Iterable[str]:
    picked = good.rows
    ways, statuses, codes, areas = (rows.coded[k].list(picked) for k in ("way", "status", "employer", "area"))
    units = {code: str(unit.id) for code, unit in good.units.items()} | {"": "\\N"}
    places = picked.tolist()
    for place, insurance, since, until in good.spells:
        source = rows.source[places[place]]
        yield (
            f"{persons[place]}\t{insurance}\t{ways[place]}\t{statuses[place]}\t{units[codes[place]]}\t{areas[place]}\t"
            f"[{since},{until or ''})\t{escaped(source) if source else ''}\t{end}"
        )


def escaped(text: str) -> str:
    """A text as COPY reads it."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r") if not text.isprintable() else text
