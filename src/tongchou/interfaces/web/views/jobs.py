"""Jobs that run behind the pages: how far they are, stop, go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongchou.office.frame.refusal import OfficeRefused

from ..answers import shown
from ..drawing import page
from ..guard import Desk, has, needed, office, operations

PAGE = 50
PLAIN = ("books.verify",)
"""Kinds of work that need no more than an area."""
REFRESH = 3
"""Seconds after which the page of a running job asks again."""


@office
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The jobs he may see, the latest first; sent, one that needs no more than an area is started."""
    operations()
    kinds = needed("jobs", "KINDS")
    plain = [kinds[k] for k in PLAIN if k in kinds and desk.who.areas(kinds[k].right)]
    if request.method == "POST":
        kind, area = request.POST.get("kind", ""), request.POST.get("area", "")
        if kind not in PLAIN:
            raise OfficeRefused("job_kind_unknown", f"没有任务种类 {kind}", f"no kind of work {kind}", "kind")
        number = needed("jobs", "start")(desk.conn, desk.who, kind, area, {})
        return HttpResponseRedirect(f"/office/jobs/{number}/")
    before = request.GET.get("before", "")
    start = int(before) if before.isdigit() and len(before) < 19 else 2**62
    found = list(needed("jobs", "listing")(desk.conn, desk.who, PAGE + 1, start))
    running = any(j.state in ("queued", "running") for j in found[:PAGE])
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return page(
        request,
        "jobs.html",
        desk,
        kind_name=lambda kind: kind_name(desk, kind),
        rows=found[:PAGE],
        more=more,
        refresh=10 if running else 0,
        later=bool(before),
        plain=plain,
        areas=desk.areas_of(plain[0].right) if plain else [],
    )


@office
def one(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """A job; sent, it is cancelled or resumed."""
    if request.method == "POST":
        if "confirm" in request.POST:
            number = int(needed("sheets", "confirm")(desk.conn, desk.who, number))
            return HttpResponseRedirect(f"/office/jobs/{number}/")
        action = "cancel" if "cancel" in request.POST else "resume"
        needed("jobs", action)(desk.conn, desk.who, number)
        return HttpResponseRedirect(f"/office/jobs/{number}/")
    job = needed("jobs", "find")(desk.conn, desk.who, number)
    is_sheet = str(job.kind).startswith("sheet")
    return page(
        request,
        "job.html",
        desk,
        job=job,
        told=shown(desk, sheet_told(desk, job.told) if is_sheet else job.told),
        kind=kind_name(desk, job.kind),
        may=_may(desk, job),
        refresh=REFRESH if job.state in ("queued", "running") else 0,
        sheet=is_sheet,
        # What was tried out can be taken: without the file again where the office kept it, else with it.
        tried=is_sheet and job.state == "done" and bool(job.arguments.get("dry_run")),
        confirms=has("sheets.confirm"),
        by_two=needed("sheets.headers", "sheet_of")(job.arguments["kind"]).two_people if is_sheet else "",
    )


def sheet_told(desk: Desk, told: Mapping[str, Any]) -> dict[str, Any]:
    """What came of a sheet, as its sender reads it: counts, refusals by code, the first refused rows."""
    kept = {k: v for k, v in told.items() if k not in ("by_code", "first")}
    if told.get("by_code"):
        kept["by_code"] = [{"code": code, "count": n} for code, n in told["by_code"].items()]
    if told.get("first"):
        kept["first_rejected"] = [{"row": r["line"], "why": desk.t(r["zh"], r["en"])} for r in told["first"]]
    return kept


def kind_name(desk: Desk, kind: str) -> str:
    """What a kind of long work is called."""
    found = needed("jobs", "KINDS").get(kind)
    return desk.t(found.zh, found.en) if found else kind


def _may(desk: Desk, job: Any) -> bool:
    """Whether he may stop it and go on with it."""
    found = needed("jobs", "KINDS").get(job.kind)
    return found is not None and desk.who.may(found.right, desk.path(job.area))
