"""The door of every page: who asks, with which connection; what the office refuses comes out as a page."""

from __future__ import annotations

import importlib
import importlib.util
import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, wraps
from types import ModuleType
from typing import Any, Concatenate, ParamSpec

import psycopg
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from tongchou.office.frame.access import Actor, actor
from tongchou.office.frame.areas import Area, areas
from tongchou.office.frame.calendar import today
from tongchou.office.frame.operation import Operation, refusing
from tongchou.office.frame.refusal import OfficeRefused

from .connection import borrowed
from .drawing import translator
from .middleware import language
from .refusals import answer, status_of

P = ParamSpec("P")


@dataclass
class _Areas:
    """The areas as this process last read them."""

    found: dict[str, Area] = field(default_factory=dict)
    until: float = 0.0


_areas = _Areas()


@dataclass(frozen=True)
class Desk:
    """What a page works with: the connection, who asks, the language."""

    conn: psycopg.Connection
    who: Actor
    lang: str

    def t(self, zh: str, en: str) -> str:
        """The Chinese or the English of two words."""
        return translator(self.lang)(zh, en)

    @cached_property
    def today(self) -> date:
        """The day of the office."""
        return today(self.conn)

    @property
    def names(self) -> Mapping[str, Area]:
        """Every area by its code. Areas are only ever added: a list that is a minute old is still true."""
        if time.monotonic() > _areas.until:
            _areas.found = {a.code: a for a in areas(self.conn)}
            _areas.until = time.monotonic() + 60
        return _areas.found

    def path(self, code: str) -> tuple[str, ...]:
        """The codes from the top down to an area; none for one that is not there."""
        found = self.names.get(code)
        return found.path if found else ()

    def area(self, code: str) -> str:
        """An area with its name: 530100 昆明市."""
        found = self.names.get(code)
        return f"{code} {self.t(found.zh, found.en)}" if found else code

    def areas_of(self, right: str) -> list[Area]:
        """The areas at which he has a right, from the top down."""
        mine = self.who.areas(right)
        return areas(self.conn, mine) if mine else []


def office(
    view: Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for who is logged in; a refusal it does not place beside a field becomes a page of its own."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"/login/?{urlencode({'next': request.get_full_path()})}")
        if request.session.get("must_change"):
            return HttpResponseRedirect("/password/")
        desk: Desk | None = None
        try:
            with borrowed() as conn:
                who = _who(request, conn)
                refuse_demo(request, who.demo)
                desk = Desk(conn, who, language(request))
                try:
                    with refusing():
                        return view(request, desk, *args, **kwargs)
                except OfficeRefused as e:
                    if status_of(e) == 503:
                        raise
                    return answer(request, e, desk)
        except OfficeRefused as e:
            return answer(request, e)

    return guarded


def _who(request: HttpRequest, conn: psycopg.Connection) -> Actor:
    try:
        with refusing():
            return actor(conn, request.user.get_username())
    except OfficeRefused as e:
        # Whoever no longer works here is out at once.
        if e.code == "staff_unknown":
            logout(request)
        raise


def refuse_demo(request: HttpRequest, demo: bool) -> None:
    """A demonstration login works on this machine only: its password is known to everybody. Raises OfficeRefused."""
    if demo and not (_loopback(request.META.get("REMOTE_ADDR", "")) and _loopback(settings.BIND) and _direct(request)):
        raise OfficeRefused(
            "demo_elsewhere",
            "演示账号只能在本机（127.0.0.1）使用",
            "a demonstration login works on this machine only (127.0.0.1)",
        )


def _direct(request: HttpRequest) -> bool:
    """Whether no proxy stands in front, behind which every caller looks like this machine."""
    passed = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
    return not settings.HTTPS and not any(name in request.META for name in passed)


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


@cache
def room(name: str) -> ModuleType | None:
    """A module of the office, such as ``registry.search``; None where this release has it not yet."""
    full = f"tongchou.office.{name}"
    try:
        if importlib.util.find_spec(full) is None:
            return None
    except ModuleNotFoundError:
        return None
    return importlib.import_module(full)


def has(name: str) -> bool:
    """Whether this release has a module of the office, or a function such as ``books.trial_balance``."""
    module, _, function = name.rpartition(".")
    return room(name) is not None or (bool(module) and hasattr(room(module), function))


def needed(name: str, function: str) -> Any:
    """A function or table of a module of the office. Raises OfficeRefused: ``room_missing``."""
    found = getattr(room(name), function, None)
    if found is None:
        raise OfficeRefused("room_missing", f"本版本尚无此功能（{name}）", f"this release has not got {name} yet")
    return found


def operations() -> Mapping[str, Operation]:
    """Every operation of the office, by name."""
    # Read when first asked for: its rooms take longer to import than a page that needs none of them.
    from tongchou.office.operations import OPERATIONS

    return dict(sorted(OPERATIONS.items()))
