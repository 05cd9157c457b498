"""Long work: begun with the transaction that asks, told of as it goes, cancelled, resumed, taken up after a death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.office.conftest import COUNTY, Staff
from tongchou.office import jobs
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.jobs.queue import KINDS, Task, hold, long_work, take_up_orphans
from tongchou.office.jobs.worker import do_job, work


@pytest.fixture
def counting(office: psycopg.Connection) -> Iterator[None]:
    """Work in ten parts, each committed by itself."""
    office.execute("CREATE TABLE office.part (job bigint, part int, UNIQUE (job, part))")

    @long_work("test.count", "计数", "count", "registry.write")
    def count(task: Task) -> dict[str, Any]:
        for part in range(task.job.done, 10):
            task.conn.execute("INSERT INTO office.part VALUES (%s, %s)", [task.job.id, part])
            if task.job.arguments.get("break") == part and not task.job.told:
                raise OfficeRefused("argument_invalid", "坏了", "broken")
            if task.job.arguments.get("crash") == part:
                raise RuntimeError("secret of a person")
            task.tell(part + 1, 10)
            time.sleep(task.job.arguments.get("sleep", 0))
        return {"counted": 10}

    yield
    del KINDS["test.count"]


def parts(conn: psycopg.Connection, job: int) -> list[int]:
    return [p for (p,) in conn.execute("SELECT part FROM office.part WHERE job = %s ORDER BY part", [job]).fetchall()]


@pytest.mark.usefixtures("counting")
class TestJobs:
    def test_a_job_is_done_and_told_of(self, office: psycopg.Connection, office_address: str, who: Staff) -> None:
        number = jobs.start(office, who.clerk, "test.count", COUNTY, {})
        assert jobs.find(office, who.clerk, number).state == "queued"
        work(office_address, until_empty=True)
        job = jobs.find(office, who.clerk, number)
        assert (job.state, job.done, job.total, job.told) == ("done", 10, 10, {"counted": 10})
        assert office.execute("SELECT count(*) FROM queue.procrastinate_jobs").fetchone() == (0,)

    def test_it_begins_only_when_the_transaction_that_asks_is_committed(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        with office.transaction(force_rollback=True):
            jobs.start(office, who.clerk, "test.count", COUNTY, {})
        work(office_address, until_empty=True)
        assert jobs.listing(office, who.clerk) == []
        assert office.execute("SELECT count(*) FROM queue.procrastinate_jobs").fetchone() == (0,)

    def test_a_job_is_cancelled_at_its_next_part_and_resumed_after_it(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        number = jobs.start(office, who.clerk, "test.count", COUNTY, {"sleep": 0.1})
        running = threading.Thread(target=do_job, args=(number, office_address))
        running.start()
        while len(parts(office, number)) < 2:
            time.sleep(0.01)
        jobs.cancel(office, who.clerk, number)
        running.join()
        stopped = jobs.find(office, who.clerk, number)
        assert stopped.state == "cancelled"
        assert 2 <= stopped.done < 10
        with pytest.raises(OfficeRefused, match="job_over"):
            jobs.cancel(office, who.clerk, number)
        jobs.resume(office, who.clerk, number)
        do_job(number, office_address)
        assert jobs.find(office, who.clerk, number).state == "done"
        assert parts(office, number) == list(range(10))
        with pytest.raises(OfficeRefused, match="job_running"):
            jobs.resume(office, who.clerk, number)

    def test_one_that_waits_is_cancelled_at_once(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        number = jobs.start(office, who.clerk, "test.count", COUNTY, {})
        jobs.cancel(office, who.clerk, number)
        do_job(number, office_address)
        assert (jobs.find(office, who.clerk, number).state, parts(office, number)) == ("cancelled", [])

    def test_a_refusal_is_told_and_a_fault_is_told_without_its_words(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        refused = jobs.start(office, who.clerk, "test.count", COUNTY, {"break": 3})
        do_job(refused, office_address)
        job = jobs.find(office, who.clerk, refused)
        assert (job.state, job.done, job.told["code"]) == ("failed", 3, "argument_invalid")
        crashed = jobs.start(office, who.clerk, "test.count", COUNTY, {"crash": 0})
        do_job(crashed, office_address)
        job = jobs.find(office, who.clerk, crashed)
        assert (job.state, job.told["code"]) == ("failed", "internal_error")
        assert "secret" not in str(job.told)

    def test_a_job_that_a_worker_holds_is_not_taken_twice(
        self, office: psycopg.Connection, office_address: str, who: Staff
    ) -> None:
        number = jobs.start(office, who.clerk, "test.count", COUNTY, {})
        with psycopg.connect(office_address, autocommit=True) as other:
            assert hold(other, number)
            do_job(number, office_address)
            assert parts(office, number) == []
            office.execute("UPDATE office.job SET state = 'running' WHERE id = %s", [number])
            assert take_up_orphans(office) == []
            with pytest.raises(OfficeRefused, match="job_running"):
                jobs.resume(office, who.clerk, number)
        deadline = time.monotonic() + 5
        while not (taken := take_up_orphans(office)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert taken == [number]
        work(office_address, until_empty=True)
        assert parts(office, number) == list(range(10))

    def test_rights_on_jobs(self, office: psycopg.Connection, who: Staff) -> None:
        number = jobs.start(office, who.clerk, "test.count", COUNTY, {})
        for name in ("stranger", "auditor", "root"):
            with pytest.raises(OfficeRefused):
                jobs.start(office, getattr(who, name), "test.count", COUNTY, {})
            with pytest.raises(OfficeRefused):
                jobs.cancel(office, getattr(who, name), number)
        assert jobs.find(office, who.auditor, number).id == number
        assert [j.id for j in jobs.listing(office, who.auditor)] == [number]
        for name in ("stranger", "root", "reviewer"):  # a reviewer does not judge what came of counting
            assert jobs.listing(office, getattr(who, name)) == []
            with pytest.raises(OfficeRefused):
                jobs.find(office, getattr(who, name), number)
        with pytest.raises(OfficeRefused, match="job_unknown"):
            jobs.find(office, who.clerk, number + 1)
        with pytest.raises(OfficeRefused, match="job_kind_unknown"):
            jobs.start(office, who.clerk, "test.dream", COUNTY, {})


def test_a_worker_that_is_killed_leaves_a_job_the_next_one_finishes(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    number = jobs.start(office, who.auditor, "books.verify", COUNTY, {})
    program = (
        "import time, tongchou.office.books.jobs as j\n"
        "from tongchou.office.jobs.queue import KINDS\n"
        "from tongchou.office.jobs.worker import work\n"
        "KINDS['books.verify'].__dict__['function'] = lambda task: (task.tell(1, 2), time.sleep(60))\n"
        "work()\n"
    )
    env = {**os.environ, "TONGCHOU_DATABASE_URL": office_address}
    killed = subprocess.Popen([sys.executable, "-c", program], env=env)
    try:
        deadline = time.monotonic() + 30
        while jobs.find(office, who.auditor, number).done != 1:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    deadline = time.monotonic() + 10
    while jobs.find(office, who.auditor, number).state != "done":
        assert time.monotonic() < deadline
        work(office_address, until_empty=True)
    assert jobs.find(office, who.auditor, number).told["fault"] is None


def test_the_worker_seals_the_record(office: psycopg.Connection, office_address: str) -> None:
    work(office_address, until_empty=True)
    row = office.execute("SELECT (SELECT count(*) FROM office.record), (SELECT count(*) FROM office.sealed)").fetchone()
    assert row
    assert row[0] == row[1] > 10


def test_the_log_of_the_worker_holds_places_and_no_values(
    office: psycopg.Connection, office_address: str, who: Staff
) -> None:
    """What broke is logged by its type and where, not by its words, in which a row of somebody may stand."""
    number = jobs.start(office, who.auditor, "books.verify", COUNTY, {})
    program = (
        "import tongchou.office.books.jobs\n"
        "from tongchou.office.jobs.queue import KINDS\n"
        "def crash(task): raise ValueError('532301197702030156 E12345678')\n"
        "KINDS['books.verify'].__dict__['function'] = crash\n"
        "from tongchou.interfaces.cli import main\n"
        "import sys; sys.argv = ['tongchou', 'office', 'work', '--once']; main()\n"
    )
    env = {**os.environ, "TONGCHOU_DATABASE_URL": office_address}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert jobs.find(office, who.auditor, number).told["code"] == "internal_error"
    assert "ValueError" in done.stderr
    assert "in crash" in done.stderr
    for secret in ("532301197702030156", "E12345678"):
        assert secret not in done.stdout + done.stderr
