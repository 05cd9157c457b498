"""K10: everyone insured who should be: the tax office's wages against enrolment and declared bases."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.office.conftest import COUNTY, OTHER_COUNTY, PREFECTURE, Staff
from tests.office.life.conftest import Desk, Registry, a_code, a_number, refused
from tongchou.law import load
from tongchou.law.days import iso_month, month_number
from tongchou.law.figures_of import figures_of
from tongchou.office.registry.life.crosscheck import Checked, crosscheck
from tongchou.office.registry.life.dues import SCHEMES, asked, shared_column
from tongchou.rules.contribution.levy import levy_of
from tongchou.rules.contribution.line import shared
from tongchou.rules.contribution.lines import Person
from tongchou.rules.reckoning import Reckoning

MONTH = "2023-05"
UNIT = a_code(1)


def roster(*rows: tuple[Any, ...], declared: bool = False) -> dict[str, list[str]]:
    """Rows of (number, name, unit, month, wage[, declared]) as columns."""
    names = ["number", "name", "employer", "month", "wage", *(["declared"] if declared else [])]
    return {name: [str(row[k]) for row in rows] for k, name in enumerate(names)}


def quoted(wage: int, month: str = MONTH, area: str = PREFECTURE) -> tuple[int, int | None, int]:
    """(base, unit's, own) as ``quote contribution`` has it for one person; the unit's None where it has no line."""
    law = Reckoning(figures_of(load(), area))
    levy = levy_of(law, Person("employer", month_number(month), wage, schemes=SCHEMES))
    of = [sum(x.amount for x in levy.lines if x.payer == payer) for payer in ("employer", "person")]
    assert levy.base is not None
    return levy.base, of[0] if any(x.payer == "employer" for x in levy.lines) else None, of[1]


def less(one: int | None, other: int | None) -> int | None:
    """The difference of two amounts that the law may not have."""
    return None if one is None or other is None else one - other


@pytest.fixture
def unit(registry: Registry) -> int:
    return registry.employer(code=UNIT)


def asked_of(registry: Registry, who: Staff, columns: dict[str, list[str]], area: str = COUNTY) -> Checked:
    found = crosscheck(registry.conn, who.clerk, area, columns)
    assert found.rows == found.compared + len(found.rejected)
    return found


def test_K10_a_wage_without_insurance_is_found_with_the_amount_due(registry: Registry, who: Staff, unit: int) -> None:
    number = {k: a_number(500 + k) for k in range(5)}
    insured, resident, ended, elsewhere = (registry.person(number=number[k], name="王五") for k in range(4))
    registry.spell(insured, "[2023-05-31,)", unit)
    registry.spell(resident, "[2023-01-01,2024-01-01)", insurance="medical_resident", status="resident")
    registry.spell(ended, "[2020-01-01,2023-05-01)", unit)
    registry.spell(elsewhere, "[2020-01-01,)", way="flexible", area=OTHER_COUNTY)
    found = asked_of(registry, who, roster(*((number[k], "王五", UNIT, MONTH, "8000") for k in range(5))))
    base, employer, person = quoted(800_000)
    assert [(f.row, f.person, f.instead) for f in found.uninsured] == [
        (2, resident, "medical_resident"),
        (3, ended, ""),
        (5, None, ""),
    ]
    assert {(f.base, f.due_employer, f.due_person) for f in found.uninsured} == {(base, employer, person)}
    assert found.under_declared == ()
    assert {f.number for f in found.uninsured} == {f"532{'*' * 13}{number[k][-2:]}" for k in (1, 2, 4)}
    assert {f.name for f in found.uninsured} == {"王*"}


@pytest.mark.parametrize("from_table", [False, True])
def test_K10_a_declared_base_too_low_is_found_with_the_difference(
    registry: Registry, who: Staff, unit: int, from_table: bool
) -> None:
    wages = ["8000", "8000", "1000", "99999", "99999", "8000"]
    bases = ["6000", "8000", "500", "30000", "15000", ""]
    people = [registry.person(number=a_number(600 + k)) for k in range(6)]
    for person, base in zip(people, bases, strict=True):
        registry.spell(person, "[2020-01-01,)", unit)
        if from_table and base:
            registry.conn.execute(
                "INSERT INTO office.declared_base (person, employer, month, base_fen, recorded_by) "
                "VALUES (%s, %s, '2023-05-01', %s, 'test')",
                [person, unit, int(base) * 100],
            )
    rows = [
        (a_number(600 + k), "张三", UNIT, MONTH, w, "" if from_table else b)
        for k, (w, b) in enumerate(zip(wages, bases, strict=True))
    ]
    found = asked_of(registry, who, roster(*rows, declared=True))
    expected = []
    for k, (wage, base) in enumerate(zip(wages, bases, strict=True)):
        if base and quoted(int(wage) * 100)[0] > quoted(int(base) * 100)[0]:
            full, had = quoted(int(wage) * 100), quoted(int(base) * 100)
            expected.append((k + 1, full[0], int(base) * 100, less(full[1], had[1]), full[2] - had[2]))
    assert [(f.row, f.base, f.declared, f.due_employer, f.due_person) for f in found.under_declared] == expected
    assert [e[0] for e in expected] == [1, 5], "below the floor both are the floor, above the cap both the cap"
    assert (found.uninsured, found.undeclared) == ((), 1)


def test_K10_whom_we_enrol_and_the_roster_lacks(registry: Registry, who: Staff, unit: int) -> None:
    there, lacking, retired = (registry.person(number=a_number(700 + k)) for k in range(3))
    registry.spell(there, "[2020-01-01,)", unit)
    registry.spell(lacking, "[2020-01-01,2023-05-10)", unit)
    registry.spell(retired, "[2020-01-01,)", unit, status="retired")
    registry.spell(registry.person(), "[2020-01-01,)", registry.employer(OTHER_COUNTY), area=OTHER_COUNTY)
    wrong = registry.person(number=a_number(703))
    registry.spell(wrong, "[2020-01-01,)", unit)
    rows = [(a_number(700), "张三", UNIT, m, "8000") for m in (MONTH, "2023-06")]
    found = asked_of(registry, who, roster(*rows, (a_number(703), "张三", UNIT, MONTH, "8,000")))
    assert [(f.person, f.month) for f in found.without_wage] == [(lacking, MONTH), (wrong, "2023-06")]
    assert [r.code for r in found.rejected] == ["wage_invalid"], "that row is there all the same"


def test_K10_a_month_of_which_no_row_was_read_finds_nobody(registry: Registry, who: Staff, unit: int) -> None:
    registry.spell(registry.person(number=a_number(700)), "[2020-01-01,)", unit)
    rows = [(a_number(700), "张三", UNIT, MONTH, "8000"), (a_number(700), "张三", UNIT, "2023-06", "八千")]
    found = asked_of(registry, who, roster(*rows))
    assert ([r.code for r in found.rejected], found.without_wage) == (["wage_invalid"], ())
    registry.spell(registry.person(number=a_number(701)), "[2020-01-01,)", unit)
    assert [f.month for f in asked_of(registry, who, roster(*rows)).without_wage] == [MONTH]


def test_K10_rows_that_cannot_be_compared_come_back_with_their_reasons(
    registry: Registry, who: Staff, unit: int
) -> None:
    elsewhere = registry.employer(OTHER_COUNTY, code=a_code(2))
    registry.person(number=a_number(800), name="赵六")
    good = a_number(801)
    rows = [
        (good, "张三", UNIT, MONTH, "8000"),
        (good, "张三", UNIT, MONTH, "9000"),
        (a_number(802)[:-1] + "?", "张三", UNIT, MONTH, "8000"),
        (a_number(803)[:17] + ("1" if a_number(803)[17] != "1" else "2"), "张三", UNIT, MONTH, "8000"),
        (a_number(804), "张三", UNIT[:-1] + ("A" if UNIT[-1] != "A" else "B"), MONTH, "8000"),
        (a_number(805), "张三", UNIT, "2023-13", "8000"),
        (a_number(806), "张三", UNIT, MONTH, "-1"),
        (a_number(807), "张三", UNIT, MONTH, "1e5"),
        (a_number(800), "张三", UNIT, MONTH, "8000"),
        (a_number(808), "张三", a_code(2), MONTH, "8000"),
    ]
    found = asked_of(registry, who, roster(*rows))
    assert [(r.row, r.column, r.code) for r in found.rejected] == [
        (2, "number", "row_twice"),
        (3, "number", "number_invalid"),
        (4, "number", "number_check_sign"),
        (5, "employer", "code_check_sign"),
        (6, "month", "month_invalid"),
        (7, "wage", "wage_invalid"),
        (8, "wage", "wage_invalid"),
        (9, "name", "name_differs"),
        (10, "employer", "employer_elsewhere"),
    ]
    assert all(r.zh and r.en and "*" in r.number for r in found.rejected)
    assert not any(number[3:16] in str(found) for number, *_ in rows), "no number stands in full"
    assert elsewhere


def test_K10_a_record_given_up_is_its_winner(registry: Registry, who: Staff, desk: Desk, unit: int) -> None:
    loser, winner = registry.person(number=a_number(900)), registry.person(number=a_number(901))
    registry.spell(loser, "[2020-01-01,)", unit)
    desk.both("person.merge", loser=loser, winner=winner, reason="同一人")
    found = asked_of(registry, who, roster((a_number(900), "张三", UNIT, MONTH, "8000")))
    assert (found.uninsured, found.without_wage) == ((), ())


def test_K10_dues_in_columns_are_those_of_one_quote(registry: Registry, who: Staff, unit: int) -> None:
    chance = random.Random(10)
    months = ["2021-03", "2022-12", "2023-05", "2024-08"]
    rows = [
        (
            a_number(k, f"19{60 + k % 40}0101"),
            "张三",
            UNIT,
            chance.choice(months),
            f"{chance.randrange(4_000_000) / 100:.2f}",
        )
        for k in range(200)
    ]
    found = asked_of(registry, who, roster(*rows))
    assert len(found.uninsured) == 200
    for f in found.uninsured:
        assert (f.base, f.due_employer, f.due_person) == quoted(f.wage, f.month)


@pytest.mark.parametrize("remainder", [0, 1, 2])
@pytest.mark.parametrize("mode", [0, 1, 2])
def test_K10_a_column_is_shared_as_one_base_is(remainder: int, mode: int) -> None:
    import numpy as np

    bases = np.array([0, 1, 33, 123_457, 2_152_999], np.int64)
    rates = (7_000_333, 2_000_777)
    unit, own = shared_column(bases, *rates, remainder, mode)
    assert list(zip(unit.tolist(), own.tolist(), strict=True)) == [
        shared(int(b), *rates, remainder, mode) for b in bases
    ]


def test_K10_a_month_without_law_gives_no_amount(registry: Registry, who: Staff, unit: int) -> None:
    person = registry.person(number=a_number(950))
    registry.spell(person, "[1980-01-01,)", unit)
    rows = [(a_number(950), "张三", UNIT, "1985-01", "80", "10"), (a_number(951), "张三", UNIT, "1985-01", "80", "")]
    assert asked(figures_of(load(), PREFECTURE), month_number("1985-01")) is None
    found = asked_of(registry, who, roster(*rows, declared=True))
    assert [(r.row, r.code) for r in found.rejected] == [(1, "wage_not_reckoned")]
    assert [(f.row, f.base, f.due_employer) for f in found.uninsured] == [(2, None, None)]
    assert iso_month(month_number("1985-01")) == found.uninsured[0].month


def test_K10_columns_and_rights(registry: Registry, who: Staff, unit: int) -> None:
    whole = roster((a_number(1), "张三", UNIT, MONTH, "8000"))
    for actor in (who.clerk, who.reviewer, who.auditor, who.accountant):
        assert crosscheck(registry.conn, actor, COUNTY, whole).rows == 1
    with refused("area_outside"):
        crosscheck(registry.conn, who.stranger, COUNTY, whole)
    with refused("not_allowed"):
        crosscheck(registry.conn, who.root, COUNTY, whole)
    with refused("columns_missing", "wage"):
        crosscheck(registry.conn, who.clerk, COUNTY, {k: v for k, v in whole.items() if k != "wage"})
    with refused("columns_unequal", "name 2"):
        crosscheck(registry.conn, who.clerk, COUNTY, whole | {"name": ["张三", "李四"]})
    empty = asked_of(registry, who, {k: [] for k in whole})
    assert (empty.rows, empty.uninsured, empty.without_wage) == (0, (), ())


def test_K10_the_units_part_is_asked_where_the_law_has_its_rate_and_is_not_0_where_it_has_not(
    registry: Registry, who: Staff
) -> None:
    registry.employer(area=OTHER_COUNTY, code=a_code(77))
    row = (a_number(977), "赵六", a_code(77), MONTH, "8000")
    (found,) = crosscheck(registry.conn, who.stranger, OTHER_COUNTY, roster(row)).uninsured
    base, unit, own = quoted(800_000, area="530100")
    assert (found.base, found.due_employer, found.due_person) == (base, unit, own)
    assert unit is not None
    assert unit > own > 0
    assert quoted(800_000)[1] is None  # the prefecture of the other tests has no rate of the unit encoded
