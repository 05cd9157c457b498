"""The demo's units and people: registered, enrolled, moved, retired; some lives that go on differently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ..registry.intake import bring_people
from ..sheets import run as run_sheet
from .ages import Ages
from .made import Maker, Unit, settings

if TYPE_CHECKING:
    from .build import Office

Columns = dict[str, list[str]]
KEYS = (
    "name",
    "number",
    "sex",
    "born",
    "area",
    "insurance",
    "way",
    "status",
    "employer",
    "begins",
    "last_day",
    "source",
)


def fill_registry(office: Office, maker: Maker, people: int, on: date, tell: Callable[[str, int, int], None]) -> None:
    """Units in every standing, ``people`` people, and what befell some of them."""
    clerk = _clerk_of_all(office)
    units = _units(office, maker, max(12, people // settings()["employers"]["people_each"]), on, clerk, tell)
    ages = Ages(office.conn, maker, on)
    rows = _people(maker, ages, units, people, on)
    done = bring_people(office.conn, office.who(clerk), settings()["prefecture"], rows,
                        progress=lambda k, n: tell("people", k, n))  # fmt: skip
    assert not done.rejected, done.rejected[:3]
    _histories(office, clerk, rows, on, tell)
    _retired_of_gone_units(office, clerk, maker, ages, units, on)
    _standings(office, clerk, units, on, tell)
    _lives(office, clerk, ages, on)
    office.one("admin", "staff.revoke", grant=_grant(office, clerk))


def _clerk_of_all(office: Office) -> str:
    """A login that registers for the whole prefecture while the demo is made; its role is taken back at the end."""
    office.one("admin", "staff.add", area=settings()["nation"], name="builder", shown="演示搭建")
    office.conn.execute("UPDATE office.staff SET demo = true WHERE name = 'builder'")
    office.two(("admin", "admin2"), "staff.grant", area=settings()["prefecture"], name="builder", role="county_clerk")
    return "builder"


def _grant(office: Office, clerk: str) -> int:
    row = office.conn.execute("SELECT id FROM office.grant_now WHERE staff = %s", [clerk]).fetchone()
    assert row is not None
    return int(row[0])


def _units(
    office: Office, maker: Maker, n: int, on: date, clerk: str, tell: Callable[[str, int, int], None]
) -> list[Unit]:
    units = list(maker.units(n))
    columns = {"name": [u.name for u in units], "code": [u.code for u in units], "kind": [u.kind for u in units],
               "origin": [u.origin for u in units], "area": [u.area for u in units]}  # fmt: skip
    done = run_sheet(office.conn, office.who(clerk), "employers", settings()["prefecture"], columns,
                     progress=lambda k, of: tell("employers", k, of))  # fmt: skip
    assert not done.rejected, done.rejected[:3]
    return units


def _people(maker: Maker, ages: Ages, units: list[Unit], n: int, on: date) -> Columns:
    """Columns of a sheet of people with a first spell each, in the shares of ``demo.yaml``."""
    columns: Columns = {k: [] for k in KEYS}
    kinds, weights = zip(*settings()["people"].items(), strict=True)
    places = {k: [u for u in units if u.kind == k] for k in ("employer", "agency")}
    for kind in maker.draw.choices(kinds, weights, k=n):
        employed = kind.startswith("employee")
        unit = maker.draw.choice(places["agency" if maker.draw.random() < 0.03 and places["agency"] else "employer"])
        area = unit.area if employed else maker.county()
        sex = maker.draw.choice("MF")
        status = {"employee_retired": "retired", "resident": "resident"}.get(kind, "active")
        born = ages.born(status, sex, on)
        row = {
            "name": maker.name(), "number": maker.number(area, born, sex), "sex": sex, "born": born.isoformat(),
            "area": area, "source": "", "employer": unit.code if employed else "",
            "insurance": "medical_resident" if kind == "resident" else "medical_employee",
            "way": ("agency" if unit.kind == "agency" else "employer") if employed else
                   ("resident" if kind == "resident" else "flexible"),
            "status": status,
        }  # fmt: skip
        row |= _days(maker, kind, ages.first_day(status, born, sex), on)
        for key in KEYS:
            columns[key].append(row[key])
    return columns


def _days(maker: Maker, kind: str, least: date, on: date) -> dict[str, str]:
    """First and last day of a first spell, not before ``least``; every ninth active one has ended, so that another
    can follow."""
    earliest = max(least, date(on.year - 12, 1, 1))
    latest = date(on.year - 1, 1, 1)
    begins = earliest if earliest >= latest else earliest + (latest - earliest) * maker.draw.random()
    first = begins.replace(day=1) if begins.replace(day=1) >= least else begins
    ended = kind == "employee_active" and maker.draw.random() < 0.11
    last = date(on.year, 1, 1) - timedelta(days=1) if ended else None
    return {"begins": first.isoformat(), "last_day": last.isoformat() if last else ""}


def _histories(office: Office, clerk: str, rows: Columns, on: date, tell: Callable[[str, int, int], None]) -> None:
    """Who left a unit goes on as flexible after a gap; some of the employed have other insurances, each by itself."""
    sheet: dict[str, list[str]] = defaultdict(list)

    def add(i: int, **cells: str) -> None:
        told = {"number": rows["number"][i], "name": rows["name"][i], "action": "begin", "area": rows["area"][i],
                "last_day": "", "source": "", "employer": "", **cells}  # fmt: skip
        for key in ("number", "name", "action", "insurance", "way", "status", "employer", "area", "begins", "last_day",
                    "source"):  # fmt: skip
            sheet[key].append(told[key])

    for i, last in enumerate(rows["last_day"]):
        if last and i % 2:
            add(
                i, insurance="medical_employee", way="flexible", status="active", begins=date(on.year, 3, 1).isoformat()
            )
        if rows["employer"][i] and rows["status"][i] == "active" and not last and i % 6 == 0:
            for insurance in ("injury", "unemployment", "pension_employee")[: 1 + i % 3]:
                add(i, insurance=insurance, way=rows["way"][i], status="active", employer=rows["employer"][i],
                    begins=rows["begins"][i])  # fmt: skip
    done = run_sheet(office.conn, office.who(clerk), "enrolments", settings()["prefecture"], sheet,
                     progress=lambda k, n: tell("enrolments", k, n))  # fmt: skip
    assert not done.rejected, done.rejected[:3]


def _retired_of_gone_units(office: Office, clerk: str, maker: Maker, ages: Ages, units: list[Unit], on: date) -> None:
    """Retirees of units that are no more, each enrolled by himself under a custodial unit (J12)."""
    since = date(on.year - 1, 7, 1)
    custodial = [u for u in units if u.kind == "custodial"]
    columns: Columns = {k: [] for k in KEYS}
    for unit in custodial:
        for _ in range(8):
            sex = maker.draw.choice("MF")
            born = ages.born("retired", sex, since)
            row = {
                "name": maker.name(), "number": maker.number(unit.area, born, sex), "sex": sex,
                "born": born.isoformat(), "area": unit.area, "insurance": "medical_employee", "way": "custodial",
                "status": "retired",
                "employer": unit.code, "begins": since.isoformat(), "last_day": "",
                "source": "原企业已注销，见注销登记证明",
            }  # fmt: skip
            for key in KEYS:
                columns[key].append(row[key])
    done = bring_people(office.conn, office.who(clerk), settings()["prefecture"], columns)
    assert not done.rejected, done.rejected[:3]


def _standings(office: Office, clerk: str, units: list[Unit], on: date, tell: Callable[[str, int, int], None]) -> None:
    """Standings with evidence, each by two people; the retirees of one unit that cannot pay are covered (J08)."""
    odd = [u for u in units if u.standing != "normal"]
    for k, unit in enumerate(odd):
        office.two((clerk, "reviewer2"), "employer.set_standing", employer=_employer(office, unit),
                   standing=unit.standing, since=date(on.year, 1, 1).isoformat(),
                   evidence=f"认定书（演示）{k + 1:03d} 号")  # fmt: skip
        tell("standings", k + 1, len(odd))


def _employer(office: Office, unit: Unit) -> int:
    row = office.conn.execute(
        "SELECT employer FROM office.employer_version WHERE code = %s AND recorded_to = 'infinity'", [unit.code]
    ).fetchone()
    assert row is not None
    return int(row[0])


def _lives(office: Office, clerk: str, ages: Ages, on: date) -> None:
    """Some deaths, one reported late; some who are of age retire."""
    query = (
        "SELECT e.person, e.id, v.born, v.sex FROM office.enrolment e "
        "JOIN office.person_version v ON v.person = e.person AND v.recorded_to = 'infinity' "
        "WHERE e.status = %s AND e.insurance = 'medical_employee' AND e.recorded_to = 'infinity' "
        "AND upper_inf(e.in_force) AND e.way IN ('employer', 'flexible') ORDER BY e.id"
    )
    for k, (person, *_) in enumerate(office.conn.execute(query, ["retired"]).fetchall()[:12]):
        office.one(clerk, "person.report_death", person=person, on=(on - timedelta(days=20 + 25 * k)).isoformat(),
                   evidence=f"死亡医学证明 {k + 1:03d}（演示）")  # fmt: skip
    since = on.replace(day=1)
    of_age = [i for _, i, born, sex in office.conn.execute(query, ["active"]) if ages.may_retire(born, sex, since)]
    for spell in of_age[-5:]:
        office.one(clerk, "enrolment.retire", enrolment=spell, on=since.isoformat(), evidence="退休审批表（演示）")
