"""Jobs and sheets for programs: started, followed, stopped, resumed, confirmed, their result taken home."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import FileResponse, HttpRequest
from ninja import File, Form, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tongchou.office import jobs, sheets
from tongchou.office.jobs import Job

from ..guard import Desk, operations
from ..uploads import taken
from .door import ERRORS, at_desk
from .strict import Room

router = Room()
LAST = 2**62


class JobOut(Schema):
    """A job; ``state`` queued, running, done, failed or cancelled; ``told``: what came of it."""

    id: int
    kind: str
    area: str
    asked_by: str
    asked_at: datetime
    state: str
    done: int
    total: int
    told: dict[str, Any]


class Jobs(Schema):
    """Jobs, the latest first."""

    rows: list[JobOut]
    after: int | None = None


class Started(Schema):
    """The number of a job that was started."""

    job: int


def _out(job: Job) -> dict[str, Any]:
    """A job without its arguments, which name files of the office."""
    return {name: getattr(job, name) for name in JobOut.model_fields}


def _found(request: HttpRequest, number: int, do: Any = None) -> Any:
    operations()

    def work(desk: Desk) -> dict[str, Any]:
        if do:
            do(desk.conn, desk.who, number)
        return _out(jobs.find(desk.conn, desk.who, number))

    return at_desk(request, work)


@router.get("/jobs", response={200: Jobs, **ERRORS}, tags=["jobs"], summary="后台任务 jobs")
def list_jobs(request: HttpRequest, limit: Annotated[int, Field(ge=1, le=500)] = 50, after: int = LAST) -> Any:
    """The jobs this caller asked for, and those of his areas."""
    operations()

    def do(desk: Desk) -> dict[str, Any]:
        found = jobs.listing(desk.conn, desk.who, limit + 1, after)
        rows = found[:limit]
        return {"rows": [_out(j) for j in rows], "after": rows[-1].id if len(found) > limit else None}

    return at_desk(request, do)


@router.get("/jobs/{number}", response={200: JobOut, **ERRORS}, tags=["jobs"], summary="一项任务 job")
def one_job(request: HttpRequest, number: int) -> Any:
    """One job: how far it is, and what came of it."""
    return _found(request, number)


@router.post("/jobs/{number}/cancel", response={200: JobOut, **ERRORS}, tags=["jobs"], summary="取消 cancel")
def cancel_job(request: HttpRequest, number: int) -> Any:
    """Stop a job at its next part; what is committed stays."""
    return _found(request, number, jobs.cancel)


@router.post("/jobs/{number}/resume", response={200: JobOut, **ERRORS}, tags=["jobs"], summary="继续 resume")
def resume_job(request: HttpRequest, number: int) -> Any:
    """Go on with a job that failed or was cancelled, after what is done."""
    return _found(request, number, jobs.resume)


@router.post("/jobs/{number}/confirm", response={200: Started, **ERRORS}, tags=["sheets"], summary="确认入库 confirm")
def confirm_sheet(request: HttpRequest, number: int) -> Any:
    """Take in the sheet that a job tried out; a new job does it."""
    operations()
    return at_desk(request, lambda desk: {"job": sheets.confirm(desk.conn, desk.who, number)})


FILE = {
    "responses": {
        200: {
            "description": "XLSX or CSV",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@router.get("/jobs/{number}/result", response={200: bytes, **ERRORS}, tags=["sheets"], summary="结果文件 result",
            openapi_extra=FILE)  # fmt: skip
def sheet_result(request: HttpRequest, number: int) -> Any:
    """The sender's own sheet with a result and a reason for each row."""
    operations()

    def do(desk: Desk) -> Any:
        import io

        name, content = sheets.result(desk.conn, desk.who, number)
        return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)

    return at_desk(request, do)


@router.post("/sheets/{kind}", response={200: Started, **ERRORS}, tags=["sheets"], summary="导入表格 sheet")
def send_sheet(
    request: HttpRequest,
    kind: str,
    area: Form[str],
    file: File[UploadedFile],
    dry_run: Form[bool] = True,
) -> Any:
    """Send a sheet (XLSX or CSV) of people, enrolments or employers; it is tried out unless ``dry_run`` is false."""
    operations()
    name, content = taken(file)
    return at_desk(
        request, lambda desk: {"job": sheets.start(desk.conn, desk.who, kind, area, name, content, dry_run=dry_run)}
    )
