"""Jobs and sheets on their pages: progress, stop, go on; a sheet tried out, confirmed, its result taken home."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.web.conftest import HERE, Site, Visitor

SHEET = "姓名,证件号码\n王小明,532301199001010016\n,532301199001010024\n张三,532301199001010032\n"
"""Two people that can be taken and one without a name."""


def worked(site: Site) -> None:
    """Do the jobs that wait, as the worker of this server would."""
    program = "from tongchou.interfaces.cli import main; main()"
    env = {**os.environ, "TONGCHOU_DATABASE_URL": site.address, "TONGCHOU_DATA": str(site.log.parent)}
    subprocess.run(
        [sys.executable, "-c", program, "office", "work", "--once"], env=env, check=True, capture_output=True
    )


def uploaded(visitor: Visitor, content: bytes, **fields: str) -> str:
    """The path of the page after a file was sent."""
    return visitor.upload("/office/sheets/", content, **fields).path


def test_a_sheet_is_tried_out_then_taken(site: Site) -> None:
    visitor = site.browser("clerk")
    assert "参保人员登记表" in visitor.get("/office/sheets/").text
    assert visitor.get("/office/sheets/people/template/").body.startswith(b"PK")
    path = uploaded(visitor, SHEET.encode(), kind="people", area=HERE)
    assert re.fullmatch(r"/office/jobs/\d+/", path)
    page = visitor.get(path)
    assert ("排队中" in page.words, 'http-equiv="refresh"' in page.text) == (True, True)
    worked(site)
    page = visitor.get(path)
    assert "确认入库" in page.words
    assert "argument_missing" in page.words
    assert 'http-equiv="refresh"' not in page.text
    assert site.sql("SELECT count(*) FROM office.person_version WHERE name = '王小明'") == [(0,)]
    taken = visitor.post(path, {"confirm": "1"}).path
    assert taken != path
    worked(site)
    assert site.sql("SELECT count(*) FROM office.person_version WHERE name IN ('王小明', '张三')") == [(2,)]
    number = int(taken.split("/")[3])
    body = visitor.get(f"/office/sheets/jobs/{number}/").body.decode("utf-8-sig")
    assert [line.rsplit(",", 2)[1] for line in body.splitlines()[1:]] == ["已受理", "未受理", "已受理"]
    assert site.browser("far").get(f"/office/sheets/jobs/{number}/").status == 403


def test_a_sheet_without_a_file_is_refused(site: Site) -> None:
    visitor = site.browser("clerk")
    visitor.get("/office/sheets/")
    refused = visitor.post("/office/sheets/", {"kind": "people", "area": HERE})
    assert (refused.status, "file_missing" in refused.text) == (400, True)
    assert site.browser("auditor").get("/office/sheets/").status == 403
    assert site.browser("admin").get("/office/sheets/people/template/").status == 403


def test_a_job_is_stopped_and_goes_on(site: Site) -> None:
    visitor = site.browser("clerk")
    visitor.get("/office/jobs/")
    started_job = visitor.post("/office/jobs/", {"kind": "books.verify", "area": HERE})
    number = int(started_job.path.split("/")[3])
    assert "验证账册" in started_job.words
    site.sql("UPDATE office.job SET done = 3, total = 10 WHERE id = %s", [number])
    page = visitor.get(f"/office/jobs/{number}/")
    assert re.search(r'<progress value="3" max="10"', page.text)
    assert "已取消" in visitor.post(f"/office/jobs/{number}/", {"cancel": "1"}).words
    over = visitor.post(f"/office/jobs/{number}/", {"cancel": "1"})
    assert (over.status >= 400, "job_over" in over.text) == (True, True)
    assert "排队中" in visitor.post(f"/office/jobs/{number}/", {"resume": "1"}).words
    assert site.browser("far").get(f"/office/jobs/{number}/").status in (403, 404)
    assert visitor.get("/office/jobs/999999/").status == 404
    assert visitor.post("/office/jobs/", {"kind": "nix", "area": HERE}).status in (400, 404)
    assert f"/office/jobs/{number}/" in visitor.get("/office/").text
