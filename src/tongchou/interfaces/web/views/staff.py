"""Who works here with which roles; passwords are set anew by two administrators, half by half."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tongchou.office.frame.access import allow_within
from tongchou.office.frame.operation import run
from tongchou.office.frame.staff import ROLES, Person, fresh_half
from tongchou.office.frame.staff import people as everybody

from ..drawing import page
from ..guard import Desk, office, operations


def may_set(desk: Desk, person: Person) -> bool:
    """Whether he may ask for somebody's password: not his own, and staff.write wherever that person has a role."""
    if not person.active or person.name == desk.who.name or not desk.who.areas("staff.write"):
        return False
    return all(desk.who.may("staff.write", desk.path(area)) for _, _, area in person.grants)


def _seen(desk: Desk) -> list[Person]:
    """Those with a role in the areas he may look into, and those who have none yet."""
    within = set(allow_within(desk.who, "staff.read"))
    return [
        p for p in everybody(desk.conn) if not p.grants or any(within & set(desk.path(area)) for _, _, area in p.grants)
    ]


@office
def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Staff and grants, with what an administrator may do to them."""
    rows = [(p, may_set(desk, p)) for p in _seen(desk)]
    return page(request, "staff.html", desk, rows=rows, roles=ROLES, writes=bool(desk.who.areas("staff.write")))


@require_POST
@office
def ask_password(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Ask for somebody's password to be set anew: half of it is shown once, another administrator approves."""
    operations()
    half = fresh_half()
    asked = run(desk.conn, desk.who, "staff.reset_password", {"name": name, "half": half})
    return page(request, "half.html", desk, name=name, first=half, second="", command=asked["command"])
