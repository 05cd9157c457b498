"""Who works here with which roles; an administrator hands out first passwords."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tongchou.office.frame.access import allow, allow_within
from tongchou.office.frame.audit import record
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.frame.staff import ROLES, Person, end_tokens, set_password
from tongchou.office.frame.staff import people as everybody

from ..drawing import page
from ..guard import Desk, office
from ..models import Initial
from ..passwords import fresh


def may_set(desk: Desk, person: Person) -> bool:
    """Whether he may set somebody's password: not his own, and staff.write wherever that person has a role."""
    if person.name == desk.who.name or not desk.who.areas("staff.write"):
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
def initial_password(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Set a first password, shown once; it is changed at the next login. Tokens made before end."""
    person = next((p for p in everybody(desk.conn) if p.name == name), None)
    if person is None:
        raise OfficeRefused("staff_unknown", f"没有人员 {name}", f"no {name} works here")
    allow_within(desk.who, "staff.write")
    for _, _, area in person.grants:
        allow(desk.conn, desk.who, "staff.write", area)
    if not may_set(desk, person):
        raise OfficeRefused(
            "password_own",
            "自己的密码请在“修改密码”页修改",
            "change your own password on its own page",
        )
    password = fresh()
    where = person.grants[0][2] if person.grants else desk.who.areas("staff.write")[0]
    Initial.objects.update_or_create(name=name, defaults={"set_by": desk.who.name})
    with desk.conn.transaction():
        set_password(desk.conn, name, make_password(password), desk.who.name)
        end_tokens(desk.conn, name, desk.who.name)
        record(desk.conn, desk.who.name, where, "staff.initial_password", f"staff:{name}", {"set_by": desk.who.name})
    return page(request, "initial.html", desk, person=person, password=password)
