"""Law versions: what two people let count, from when; an unapproved tree is refused; old versions stay loadable."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.office.conftest import Staff
from tongchou.law.places import cache_folder
from tongchou.law.tree import BUNDLED
from tongchou.office.frame import lawbook
from tongchou.office.frame.operation import decide, run
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.frame.requests import command


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A tree of one word's difference."""
    tree = tmp_path / "tree"
    shutil.copytree(BUNDLED, tree)
    file = tree / "areas" / "532300" / "area.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("Chuxiong", "Chuxiong Yi"), encoding="utf-8")
    return tree


def adopt(conn: psycopg.Connection, who: Staff, version: str, since: datetime | None = None) -> None:
    given = {"version": version} | ({"counts_from": since.isoformat()} if since else {})
    decide(conn, who.lawyer2, run(conn, who.lawyer, "law.adopt", given)["command"], "approved")


def test_the_office_reckons_under_the_approved_tree_only(
    office: psycopg.Connection, who: Staff, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = lawbook.in_force(office).version
    monkeypatch.setenv(lawbook.VARIABLE, str(changed))
    with pytest.raises(OfficeRefused, match="law_not_approved") as e:
        lawbook.in_force(office)
    assert first in e.value.zh
    version = lawbook.keep(office, changed)
    adopt(office, who, version)
    assert lawbook.in_force(office).version == version
    monkeypatch.delenv(lawbook.VARIABLE)
    with pytest.raises(OfficeRefused, match="law_not_approved"):
        lawbook.in_force(office)
    assert lawbook.load_version(office, first).version == first
    assert [v.version for v in lawbook.versions(office)] == [version, first]


def test_the_diff_says_what_changes(office: psycopg.Connection, who: Staff, changed: Path) -> None:
    asked = run(office, who.lawyer, "law.adopt", {"version": lawbook.keep(office, changed)})
    assert asked["would"]["diff"] == {"added": [], "removed": [], "changed": ["areas/532300/area.yaml"]}
    assert command(office, who.lawyer2, asked["command"]).would == asked["would"]  # what the second person sees


def test_a_version_counts_from_its_moment_on(
    office: psycopg.Connection, who: Staff, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    before = lawbook.current(office)
    adopt(office, who, lawbook.keep(office, changed), later)
    assert lawbook.current(office) == before
    monkeypatch.setattr(lawbook, "moment_of", lambda conn: later + timedelta(seconds=1), raising=True)
    now = lawbook.current(office)
    assert now
    assert before
    assert now.version != before.version


def test_a_version_never_counts_from_the_past(office: psycopg.Connection, who: Staff, changed: Path) -> None:
    version = lawbook.keep(office, changed)
    for since in (datetime.now(UTC) - timedelta(days=1), datetime(1990, 1, 1, tzinfo=UTC)):
        with pytest.raises(OfficeRefused, match="law_backdated"):
            run(office, who.lawyer, "law.adopt", {"version": version, "counts_from": since.isoformat()})


def test_no_version_by_sql_without_two_people(office: psycopg.Connection, who: Staff, changed: Path) -> None:
    version = lawbook.keep(office, changed)
    asked = run(office, who.lawyer, "law.adopt", {"version": version})["command"]
    statement = "INSERT INTO office.law_version (command, version, counts_from) VALUES (%s, %s, now())"
    with pytest.raises(psycopg.DatabaseError, match="law_not_decided"):
        office.execute(statement, [asked, version])
    with pytest.raises(OfficeRefused, match="self_approval"):
        decide(office, who.lawyer, asked, "approved")
    assert version not in [v.version for v in lawbook.versions(office)]


def test_a_version_unknown_or_forged_is_refused(office: psycopg.Connection, who: Staff, changed: Path) -> None:
    with pytest.raises(OfficeRefused, match="law_unknown"):
        run(office, who.lawyer, "law.adopt", {"version": "0" * 16})
    version = lawbook.keep(office, changed)
    assert lawbook.forged(office) is None
    office.execute("SET session_replication_role = replica")
    other = office.execute("SELECT archive FROM office.law_tree WHERE version <> %s LIMIT 1", [version]).fetchone()
    assert other
    office.execute("UPDATE office.law_tree SET archive = %s WHERE version = %s", [other[0], version])
    assert lawbook.forged(office) == version
    shutil.rmtree(Path(cache_folder()) / f"law-tree-{version}", ignore_errors=True)
    lawbook._unpacked.cache_clear()
    with pytest.raises(OfficeRefused, match="law_forged"):
        lawbook.load_version(office, version)


def test_a_tree_with_faults_is_not_kept(office: psycopg.Connection, changed: Path) -> None:
    (changed / "areas" / "532300" / "area.yaml").write_text("code: [", encoding="utf-8")
    with pytest.raises(OfficeRefused, match="law_faulty"):
        lawbook.keep(office, changed)
