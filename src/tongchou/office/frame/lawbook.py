"""Law versions: the office reckons only under a tree that one person proposed with its diff and another approved.

A tree is named by its content hash and kept whole in the database, so that old versions stay loadable. ``current`` is
what counts now; an operation that needs law asks ``in_force``, which refuses a running tree that is another one.
"""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import psycopg

from tongchou.law import Law, LawError, load
from tongchou.law.places import cache_folder
from tongchou.law.tree import BUNDLED, files_of, tree_version

from . import areas
from .fields import moment, text
from .operation import Work, operation
from .refusal import OfficeRefused

WHEN_ADOPTED: list[Callable[[psycopg.Connection, Law, datetime], object]] = []
"""What else is brought from a law version when it is adopted, in the same transaction; rooms add to it."""
VARIABLE = "TONGCHOU_LAW"
"""Names the tree or overlay the office runs with; unset, the bundled one."""


@dataclass(frozen=True)
class Version:
    """A law version that counts from a moment, by which command, asked and approved by whom."""

    version: str
    counts_from: datetime
    command: int
    asked_by: str
    approved_by: str


def running() -> Path:
    """The tree this program runs with."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else BUNDLED


def keep(conn: psycopg.Connection, root: Path) -> str:
    """Keep a tree whole under its content hash; the hash. Raises OfficeRefused for one that cannot be read."""
    try:
        law = load(root)
    except LawError as e:
        raise OfficeRefused(
            "law_faulty",
            f"法规目录 {root} 有 {len(e.findings)} 处错误，先运行 tongchou law check",
            f"{root} has {len(e.findings)} faults; run tongchou law check first",
            "version",
        ) from e
    conn.execute(
        "INSERT INTO office.law_tree (version, archive) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [law.version, _packed(root)],
    )
    return law.version


def versions(conn: psycopg.Connection) -> list[Version]:
    """Every version that was approved, the latest first."""
    rows = conn.execute(
        "SELECT v.version, v.counts_from, v.command, c.asked_by, d.decided_by FROM office.law_version v "
        "JOIN office.command c ON c.id = v.command JOIN office.decision d ON d.command = v.command "
        "WHERE d.verdict = 'approved' ORDER BY v.counts_from DESC, v.command DESC"
    ).fetchall()
    return [Version(str(v), c, int(n), str(a), str(b)) for v, c, n, a, b in rows]


def current(conn: psycopg.Connection) -> Version | None:
    """The version that counts now by the database's clock; None before the first is approved."""
    now = moment_of(conn)
    return next((v for v in versions(conn) if v.counts_from <= now), None)


def moment_of(conn: psycopg.Connection) -> datetime:
    """The moment of the transaction, by the database's clock."""
    row = conn.execute("SELECT now()").fetchone()
    assert row is not None
    found: datetime = row[0]
    return found


def refuse_unapproved(conn: psycopg.Connection) -> Version:
    """The version that counts, which must be the running tree. Raises OfficeRefused: ``law_not_approved``."""
    counts, version = current(conn), tree_version(files_of(running()))
    if counts is None or counts.version != version:
        stands = (
            f"现行版本为 {counts.version}（自 {counts.counts_from:%Y-%m-%d %H:%M} 起）" if counts else "尚无获批版本"
        )
        says = (
            f"{counts.version} counts since {counts.counts_from:%Y-%m-%d %H:%M}" if counts else "none is approved yet"
        )
        raise OfficeRefused(
            "law_not_approved",
            f"法规目录 {running()}（版本 {version}）未经审批；{stands}。由一人提出（law.adopt）、另一人审批",
            f"the law tree {running()} (version {version}) is not approved; {says}. One person proposes it "
            "(law.adopt), another approves",
        )
    return counts


def in_force(conn: psycopg.Connection) -> Law:
    """The law the office reckons under now. Raises OfficeRefused where the running tree is not the approved one."""
    refuse_unapproved(conn)
    return load(running())


def load_version(conn: psycopg.Connection, version: str) -> Law:
    """The law of any version ever kept. Raises OfficeRefused: ``law_unknown``."""
    row = conn.execute("SELECT archive FROM office.law_tree WHERE version = %s", [version]).fetchone()
    if row is None:
        raise OfficeRefused("law_unknown", f"没有法规版本 {version}", f"no law version {version}", "version")
    return _unpacked(version, bytes(row[0]))


@operation(
    "law.adopt", "采用法规版本", "adopt a law version", "law.write", "law.review", area_of=lambda conn, given: top(conn)
)
def adopt(
    work: Work,
    *,
    version: Annotated[str, text("版本（内容哈希）", "version (content hash)")],
    counts_from: Annotated[datetime | None, moment("自何时起", "counts from")] = None,
    reason: Annotated[str, text("说明", "reason")] = "",
) -> dict[str, Any]:
    """Let a kept law version count from a moment on, by default from the approval; the answer holds its diff."""
    law = load_version(work.conn, version)
    since = counts_from or work.now
    before = current(work.conn)
    latest = versions(work.conn)
    if counts_from and counts_from < work.now and work.command is None:
        raise OfficeRefused(
            "law_backdated",
            "法规版本不能从过去的时刻起算",
            "a version cannot count from a moment that has passed",
            "counts_from",
        )
    if latest and since < latest[0].counts_from:
        raise OfficeRefused(
            "law_backdated",
            f"已有自 {latest[0].counts_from:%Y-%m-%d %H:%M} 起的版本",
            f"a version counts from {latest[0].counts_from:%Y-%m-%d %H:%M} already",
            "counts_from",
        )
    if work.command is not None:
        since = max(since, work.now)
        work.conn.execute(
            "INSERT INTO office.law_version (command, version, counts_from) VALUES (%s, %s, %s)",
            [work.command, version, since],
        )
        areas.bring(work.conn, law)
        for bring in WHEN_ADOPTED:
            bring(work.conn, law, since)
    work.subject = f"law:{version}"
    old = load_version(work.conn, before.version) if before else None
    return {
        "version": version,
        "counts_from": since.isoformat(),
        "before": before.version if before else None,
        "diff": changed_files(old, law),
    }


def changed_files(old: Law | None, new: Law) -> dict[str, list[str]]:
    """The files of two trees: added, removed, changed; what ``tongchou law diff`` then tells value by value."""
    mine = {n: p.read_bytes() for n, p in files_of(new.root).items()} if new.root else {}
    theirs = {n: p.read_bytes() for n, p in files_of(old.root).items()} if old and old.root else {}
    return {
        "added": sorted(set(mine) - set(theirs)),
        "removed": sorted(set(theirs) - set(mine)),
        "changed": sorted(n for n in set(mine) & set(theirs) if mine[n] != theirs[n]),
    }


def top(conn: psycopg.Connection) -> str:
    """The highest area this office has; law versions are decided there. Raises OfficeRefused: ``area_unknown``."""
    row = conn.execute("SELECT code FROM office.area WHERE parent IS NULL").fetchone()
    if row is None:
        raise OfficeRefused(
            "area_unknown",
            "尚未登记任何地区，先运行 tongchou office migrate",
            "no area is here yet; run tongchou office migrate",
        )
    return str(row[0])


def _packed(root: Path) -> bytes:
    """The files of a tree as an archive whose bytes depend on nothing else."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz", format=tarfile.PAX_FORMAT) as tar:
        for name, file in sorted(files_of(root).items()):
            body = file.read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    return out.getvalue()


@lru_cache(maxsize=8)
def _unpacked(version: str, archive: bytes) -> Law:
    """A version's tree from its archive, unpacked once into the cache folder and checked against its hash."""
    folder = Path(cache_folder()) / f"law-tree-{version}"
    if not folder.is_dir() or tree_version(files_of(folder)) != version:
        part = Path(tempfile.mkdtemp(dir=folder.parent, prefix="law-tree-"))
        if _extracted(archive, part) != version:
            shutil.rmtree(part)
            raise OfficeRefused(
                "law_forged",
                f"数据库中法规版本 {version} 的内容与哈希不符",
                f"what the database keeps as law version {version} has another hash",
            )
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    return load(folder)


def _extracted(archive: bytes, folder: Path) -> str:
    """The content hash of what an archive unpacks to; "" for one that is none."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:xz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError):
        return ""
    return tree_version(files_of(folder))


def forged(conn: psycopg.Connection) -> str | None:
    """The first version whose kept tree has another hash than its name, or None; what ``office verify`` asks."""
    for version, archive in conn.execute("SELECT version, archive FROM office.law_tree ORDER BY kept_at"):
        with tempfile.TemporaryDirectory() as folder:
            if _extracted(bytes(archive), Path(folder)) != version:
                return str(version)
    return None
