"""The first page: what waits for me."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from tongchou.office.frame.lawbook import current
from tongchou.office.frame.operation import OPERATIONS
from tongchou.office.frame.requests import commands

from ..drawing import page
from ..guard import Desk, has, needed, office, operations
from ..queries import unsealed
from .commands import may_decide
from .jobs import kind_name
from .operations import his

LOOKED_AT = 200
SHOWN = 10
SHORTCUTS = 12


@office
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Commands to decide, my own open ones, running jobs, the law that counts, what is not sealed, shortcuts."""
    operations()
    found = commands(desk.conn, desk.who, open_only=True, limit=LOOKED_AT)
    to_decide = [c for c in found if may_decide(desk, c)]
    mine = [c for c in found if c.asked_by == desk.who.name]
    jobs: list[Any] = []
    if has("jobs.listing"):
        jobs = [
            j for j in needed("jobs", "listing")(desk.conn, desk.who, 20, 2**62) if j.state in ("queued", "running")
        ]
    mine_to_do = his(desk)
    return page(
        request,
        "home.html",
        desk,
        to_decide=to_decide[:SHOWN],
        more_to_decide=max(0, len(to_decide) - SHOWN),
        mine=mine[:SHOWN],
        more_mine=max(0, len(mine) - SHOWN),
        operations=OPERATIONS,
        jobs=[(j, kind_name(desk, j.kind)) for j in jobs],
        law=current(desk.conn) if desk.who.areas("law.read") else None,
        sees_law=bool(desk.who.areas("law.read")),
        unsealed=unsealed(desk.conn) if desk.who.areas("audit.read") else None,
        shortcuts=mine_to_do[:SHORTCUTS],
        more_operations=len(mine_to_do) > SHORTCUTS,
        grants=desk.who.grants,
    )
