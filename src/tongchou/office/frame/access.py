"""Who may do what where: roles × areas. A role given for an area holds for it and all areas below (``rights.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import yaml

from .blur import seen
from .refusal import OfficeRefused

FILE = Path(__file__).parent / "rights.yaml"


@cache
def rights_file() -> Mapping[str, Any]:
    """Roles and rights as ``rights.yaml`` has them. Raises ValueError for an unknown key or role."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    if set(found) != {"roles", "rights"}:
        raise ValueError(f"rights: expected the keys roles, rights; found {', '.join(found)}")
    for name, told in found["rights"].items():
        if set(told) != {"zh", "en", "roles"} or set(told["roles"]) - set(found["roles"]):
            raise ValueError(f"rights: {name}: expected zh, en and roles of the list; found {told}")
    return found


def roles_with(right: str) -> frozenset[str]:
    """The roles that have a right. Raises KeyError for a right that is not there."""
    return frozenset(rights_file()["rights"][right]["roles"])


@dataclass(frozen=True)
class Actor:
    """Somebody who works here, with the roles given to him: (role, area, all codes above and of the area)."""

    name: str
    shown: str
    grants: tuple[tuple[str, str], ...]
    demo: bool = False

    def roles_at(self, path: tuple[str, ...]) -> frozenset[str]:
        """The roles held at an area, given the codes from the top down to it."""
        return frozenset(role for role, area in self.grants if area in path)

    def may(self, right: str, path: tuple[str, ...]) -> bool:
        """Whether a role held at the area has the right."""
        return bool(self.roles_at(path) & roles_with(right))

    def areas(self, right: str) -> tuple[str, ...]:
        """The areas for which a role with the right is given; it holds for all below them too."""
        return tuple(sorted({area for role, area in self.grants if role in roles_with(right)}))


def actor(conn: psycopg.Connection, name: str) -> Actor:
    """The person of a name, who must be active. Raises OfficeRefused."""
    row = conn.execute("SELECT shown, active, demo FROM office.staff WHERE name = %s", [name]).fetchone()
    if row is None or not row[1]:
        raise OfficeRefused("staff_unknown", f"没有在岗人员 {name}", f"{name} does not work here")
    grants = conn.execute("SELECT role, area FROM office.grant_now WHERE staff = %s ORDER BY id", [name]).fetchall()
    return Actor(name, str(row[0]), tuple((str(r), str(a)) for r, a in grants), bool(row[2]))


def path_of(conn: psycopg.Connection, area: str) -> tuple[str, ...]:
    """The codes from the top down to an area. Raises OfficeRefused for an area that is not there."""
    row = conn.execute("SELECT path FROM office.area WHERE code = %s", [area]).fetchone()
    if row is None:
        raise OfficeRefused("area_unknown", f"没有登记地区 {seen(area)}", f"no area {seen(area)} here", "area")
    return tuple(row[0])


def allow(conn: psycopg.Connection, who: Actor, right: str, area: str) -> None:
    """Refuse who has not the right at an area: ``not_allowed``, or ``area_outside`` where he has it elsewhere."""
    if who.may(right, path_of(conn, area)):
        return
    told = rights_file()["rights"][right]
    elsewhere = who.areas(right)
    if elsewhere:
        raise OfficeRefused(
            "area_outside",
            f"{who.name} 只能在 {'、'.join(elsewhere)} 及其下级“{told['zh']}”，不含 {area}",
            f"{who.name} may {told['en']} in {', '.join(elsewhere)} and below, not in {area}",
        )
    roles = "、".join(rights_file()["roles"][r]["zh"] for r in told["roles"])
    raise OfficeRefused(
        "not_allowed",
        f"{who.name} 无权“{told['zh']}”，须有角色：{roles}",
        f"{who.name} may not {told['en']}; that takes one of {', '.join(told['roles'])}",
    )


def allow_within(who: Actor, right: str) -> tuple[str, ...]:
    """The areas a query may look into: those of the right. Raises OfficeRefused where there is none."""
    areas = who.areas(right)
    if not areas:
        told = rights_file()["rights"][right]
        raise OfficeRefused(
            "not_allowed",
            f"{who.name} 无权“{told['zh']}”",
            f"{who.name} may not {told['en']}; that takes one of {', '.join(told['roles'])}",
        )
    return areas
