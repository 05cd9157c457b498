"""The frame of every operation: one transaction, rights, refusals, two people, the sender's id, the record.

An operation is a function ``(work, *, …)`` under ``@operation``. It is never called by itself: ``run`` does, once for
the page, the JSON interface, the queue and the command line. One page tells it all: docs/office/operations.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from . import seals, secrecy
from .access import Actor, actor, allow
from .audit import record
from .fields import Told, fields_of, long_text, plain, read, read_one
from .refusal import CODES, SAID, OfficeRefused, told

Answer = dict[str, Any]
REASON = long_text("原因", "reason")


@dataclass
class Work:
    """What an operation works with: the open transaction, who asks, where, when; ``subject`` names the record."""

    conn: psycopg.Connection
    who: Actor
    area: str
    now: datetime
    command: int | None = None
    """The command this is executed for, where two people are asked."""
    asked_by: str = ""
    """Who asked: the actor, or the asker of the command."""
    subject: str = ""
    notes: dict[str, Any] = field(default_factory=dict)
    """What the record keeps beside arguments and answer."""
    once: dict[str, str] = field(default_factory=dict)
    """What is shown once to who does it, as ``shown_once`` of the answer; neither kept nor recorded."""


@dataclass(frozen=True)
class Operation:
    """An operation as it is declared."""

    name: str
    zh: str
    en: str
    right: str
    review: str
    """The right of whoever approves; empty where one person is enough."""
    function: Callable[..., Answer]
    fields: tuple[Told, ...]
    area_of: Callable[[psycopg.Connection, Mapping[str, Any]], str]

    @property
    def two_people(self) -> bool:
        """Whether another person approves before it is done."""
        return bool(self.review)


OPERATIONS: dict[str, Operation] = {}
CONSTRAINTS: dict[str, str] = {}
"""Name of a constraint or SQLSTATE of a trigger → code of the refusal; each room adds its own with ``refuses``."""
SENTENCES: dict[str, str] = {}
"""Code → Chinese sentence of what the database refuses."""


def operation(
    name: str,
    zh: str,
    en: str,
    right: str,
    review: str = "",
    area_of: Callable[[psycopg.Connection, Mapping[str, Any]], str] | None = None,
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Declare an operation. ``area_of`` tells the area from the arguments; by default the argument ``area``."""

    def declare(function: Callable[..., Answer]) -> Callable[..., Answer]:
        if name in OPERATIONS:
            raise ValueError(f"operation {name} is declared twice")
        fields = fields_of(function)
        where = area_of or (lambda conn, given: str(given["area"]))
        OPERATIONS[name] = Operation(name, zh, en, right, review, function, fields, where)
        return function

    return declare


def refuses(codes: Mapping[str, str], said: Mapping[str, str]) -> None:
    """Tell which constraints and SQLSTATEs of a room's tables are which refusal, and how that is said in Chinese."""
    CONSTRAINTS.update(codes)
    SENTENCES.update(said)


def find(name: str) -> Operation:
    """The operation of a name. Raises OfficeRefused."""
    found = OPERATIONS.get(name)
    if found is None:
        raise OfficeRefused("operation_unknown", f"没有业务 {name}", f"no operation {name}")
    return found


refuses(CODES, SAID)


ROLLED_BACK = ("40", "53", "55")
"""Classes of errors after which a transaction is surely taken back: conflicts, resources, locks."""


@contextmanager
def refusing() -> Iterator[None]:
    """Errors of the database that are refusals come out as OfficeRefused; a lost connection as one, too."""
    try:
        yield
    except psycopg.OperationalError as e:
        if (e.sqlstate or "")[:2] in ROLLED_BACK or e.sqlstate == "57014":
            raise OfficeRefused(
                "database_busy",
                "与同时办理的其他业务冲突或等待过久，本次业务未生效，请重试",
                "it met what others did at the same time, or waited too long; nothing of this was kept, try again",
            ) from e
        raise OfficeRefused(
            "database_lost",
            "数据库连接中断，本次业务是否已生效未知；请用同一请求编号（同一页面）重试，不会重复办理",
            "the database went away, and whether this was kept is not known; send it again with the same message id "
            "(from the same page): it is done once",
        ) from e
    except psycopg.Error as e:
        ours = told(e, CONSTRAINTS, SENTENCES)
        if ours is None:
            raise
        raise ours from e


def run(conn: psycopg.Connection, who: Actor, name: str, given: Mapping[str, Any], message: str = "") -> Answer:
    """Do an operation, or ask for it where it takes two people; its answer. Raises OfficeRefused; then nothing is kept.

    ``message`` is the sender's own id: the same again gives the first answer (``again`` true), with other content it is
    refused.
    """
    found = find(name)
    with refusing(), conn.transaction():
        arguments = read(found.fields, given)
        kept = {f.name: plain(f, arguments[f.name]) for f in found.fields}
        first = _first_answer(conn, who.name, message, name, kept)
        if first is not None:
            return {**first, "again": True}
        area = found.area_of(conn, arguments)
        allow(conn, who, found.right, area)
        work = Work(conn, who, area, _now(conn), asked_by=who.name)
        answer = _ask(work, found, arguments, kept) if found.two_people else _do(work, found, arguments, kept)
        if message:
            conn.execute(
                "UPDATE office.message SET answer = %s WHERE (sender, id) = (%s, %s)",
                [Jsonb(answer), who.name, message],
            )
        return _with_once(answer, work)


def try_out(conn: psycopg.Connection, who: Actor, name: str, given: Mapping[str, Any]) -> Answer:
    """What an operation would answer; nothing of it is kept. Raises OfficeRefused as ``run`` would."""
    found = find(name)
    with refusing(), conn.transaction(force_rollback=True):
        arguments = read(found.fields, given)
        area = found.area_of(conn, arguments)
        allow(conn, who, found.right, area)
        answer = found.function(Work(conn, who, area, _now(conn), asked_by=who.name), **arguments)
        if not found.two_people:  # what takes two people has no approved command behind it yet
            conn.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return answer


def decide(conn: psycopg.Connection, who: Actor, command: int, verdict: str, reason: str = "") -> Answer:
    """Approve (and do), reject or withdraw a command; ``verdict`` is approved, rejected or withdrawn.

    Raises OfficeRefused: ``command_unknown``, ``command_decided``, ``self_approval``, ``reason_missing``, and whatever
    the operation itself refuses now. A refused approval leaves the command open.
    """
    with refusing(), conn.transaction():
        row = conn.execute(
            "SELECT operation, area, arguments, shown, asked_by FROM office.command WHERE id = %s FOR UPDATE", [command]
        ).fetchone()
        if row is None:
            raise OfficeRefused("command_unknown", f"没有申请 {command}", f"no command {command}")
        name, area, sealed, shown, asker = row
        found = find(str(name))
        _decidable(conn, who, found, command, str(area), str(asker), verdict)
        reason = read_one(REASON, reason) if reason else ""
        if verdict == "rejected" and not reason.strip():
            raise OfficeRefused("reason_missing", "驳回须写明原因", "a rejection says why", "reason")
        _decision(conn, who, command, verdict, reason)
        work = Work(conn, who, str(area), _now(conn), command, str(asker))
        answer: Answer = {"command": command, "verdict": verdict}
        if verdict == "approved":
            _as_shown(found, command, sealed, shown)
            arguments = read(found.fields, seals.opened(conn, command, sealed, _hidden(found)))
            _still_asked(conn, found, arguments, command, str(area), str(asker))
            answer |= found.function(work, **arguments)
        record(
            conn,
            who.name,
            str(area),
            f"{name}.{verdict}",
            work.subject or f"command:{command}",
            {
                "command": command,
                "asked_by": asker,
                "arguments": shown,
                "reason": reason,
                "answer": answer,
                **work.notes,
            },
        )
        return _with_once(answer, work)


def _with_once(answer: Answer, work: Work) -> Answer:
    return {**answer, "shown_once": work.once} if work.once else answer


def _decidable(
    conn: psycopg.Connection, who: Actor, found: Operation, command: int, area: str, asker: str, verdict: str
) -> None:
    before = conn.execute("SELECT verdict, decided_by FROM office.decision WHERE command = %s", [command]).fetchone()
    if before is not None:
        raise OfficeRefused(
            "command_decided",
            f"申请 {command} 已由 {before[1]} 处理",
            f"command {command} was {before[0]} by {before[1]}",
        )
    if verdict == "withdrawn":
        return
    if asker == who.name:
        raise OfficeRefused(
            "self_approval",
            f"{SAID['self_approval']}（{who.name}）",
            f"{who.name} asked for command {command} and cannot decide it",
        )
    allow(conn, who, found.review, area)


def _still_asked(
    conn: psycopg.Connection, found: Operation, arguments: Answer, command: int, area: str, asker: str
) -> None:
    """What is approved must still lie where it was asked, by somebody who may still ask for it there."""
    if found.area_of(conn, arguments) != area:
        raise OfficeRefused(
            "area_changed",
            f"申请 {command} 所涉记录已不在 {area}，请重新申请",
            f"what command {command} is about no longer lies in {area}; ask anew",
        )
    allow(conn, actor(conn, asker), found.right, area)


def _decision(conn: psycopg.Connection, who: Actor, command: int, verdict: str, reason: str) -> None:
    conn.execute(
        "INSERT INTO office.decision (command, verdict, decided_by, reason) VALUES (%s, %s, %s, %s)",
        [command, verdict, who.name, reason],
    )


def _first_answer(conn: psycopg.Connection, sender: str, message: str, name: str, kept: Answer) -> Answer | None:
    """The answer given to this message before; None for a new one, which is noted."""
    if not message:
        return None
    text = json.dumps([name, kept], ensure_ascii=False, sort_keys=True)
    digest = secrecy.keyed_digest(text)
    new = conn.execute(
        "INSERT INTO office.message (sender, id, operation, digest) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [sender, message, name, digest],
    ).rowcount
    if new:
        return None
    row = conn.execute(
        "SELECT digest, answer FROM office.message WHERE (sender, id) = (%s, %s)", [sender, message]
    ).fetchone()
    if row is None or bytes(row[0]) != digest:
        raise OfficeRefused(
            "message_reused",
            f"报文号 {message} 已用于内容不同的业务",
            f"message {message} came before with other content",
        )
    return dict(row[1])


def _ask(work: Work, found: Operation, arguments: Answer, kept: Answer) -> Answer:
    """Keep a command for another person to decide; it is tried out first, so that refusals come to who asks."""
    with work.conn.transaction(force_rollback=True):
        would = found.function(Work(work.conn, work.who, work.area, work.now, None, work.who.name), **arguments)
    personal = {name: str(kept[name]) for name in _hidden(found) if kept[name] is not None}
    plainly = {name: seals.SEALED if name in personal else value for name, value in kept.items()}
    row = work.conn.execute(
        "INSERT INTO office.command (operation, area, arguments, shown, would, asked_by) "
        "VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
        [found.name, work.area, Jsonb(plainly), Jsonb(masked(found, kept)), Jsonb(would), work.who.name],
    ).fetchone()
    assert row is not None
    seals.keep(work.conn, int(row[0]), personal)
    record(
        work.conn,
        work.who.name,
        work.area,
        f"{found.name}.asked",
        f"command:{row[0]}",
        {"command": row[0], "arguments": masked(found, kept), "would": would},
    )
    return {"command": int(row[0]), "would": would}


def _do(work: Work, found: Operation, arguments: Answer, kept: Answer) -> Answer:
    answer = found.function(work, **arguments)
    record(
        work.conn,
        work.who.name,
        work.area,
        found.name,
        work.subject,
        {"arguments": masked(found, kept), "answer": answer, **work.notes},
    )
    return answer


def masked(found: Operation, kept: Mapping[str, Any]) -> Answer:
    """Arguments as a record or a screen shows them: personal ones masked."""
    return {
        f.name: secrecy.mask(str(kept[f.name])) if f.hidden and kept[f.name] is not None else kept[f.name]
        for f in found.fields
    }


def _as_shown(found: Operation, command: int, kept: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    """What is approved is what the second person saw: a command altered behind the guards is not done."""
    hidden = _hidden(found)
    altered = [k for k, v in shown.items() if k not in hidden and kept.get(k) != v]
    if altered:
        raise OfficeRefused(
            "command_altered",
            f"申请 {command} 的内容与展示的不符（{'、'.join(altered)}），不能通过",
            f"command {command} would do other than what it shows ({', '.join(altered)})",
        )


def _hidden(found: Operation) -> list[str]:
    """The names of personal arguments."""
    return [f.name for f in found.fields if f.hidden]


def _now(conn: psycopg.Connection) -> datetime:
    """The moment of the transaction, by the database's clock."""
    row = conn.execute("SELECT now()").fetchone()
    assert row is not None
    found: datetime = row[0]
    return found
