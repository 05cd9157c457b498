"""Connections of a web process to the database: kept between requests, each lent to one request at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue

import psycopg
from psycopg.pq import TransactionStatus

from tongchou.office.database import DatabaseRefused, connect
from tongchou.office.frame.refusal import OfficeRefused

KEPT = 8
"""At most this many idle connections stay open in a process."""
_idle: dict[int, LifoQueue[psycopg.Connection]] = {}


@contextmanager
def borrowed() -> Iterator[psycopg.Connection]:
    """A connection in autocommit, alive. Raises OfficeRefused: ``database_unreachable``."""
    conn = _alive() or _fresh()
    try:
        yield conn
    finally:
        _give_back(conn)


def _mine() -> LifoQueue[psycopg.Connection]:
    """The idle connections of this process; a forked worker never touches its parent's."""
    return _idle.setdefault(os.getpid(), LifoQueue(KEPT))


def _alive() -> psycopg.Connection | None:
    while True:
        try:
            conn = _mine().get_nowait()
        except Empty:
            return None
        try:
            conn.execute("SELECT 1")
            return conn
        except psycopg.Error:
            conn.close()


def _fresh() -> psycopg.Connection:
    try:
        conn = connect()
        conn.autocommit = True
        return conn
    except DatabaseRefused as e:
        raise OfficeRefused(
            e.code,
            "数据库暂时无法使用，请稍后重试或联系系统管理员",
            "the database cannot be used now; try again later or ask the administrator",
        ) from e


def _give_back(conn: psycopg.Connection) -> None:
    """Keep a connection that is whole; one inside a transaction or broken is closed, which undoes what was open."""
    if conn.closed or conn.info.transaction_status != TransactionStatus.IDLE:
        conn.close()
        return
    try:
        _mine().put_nowait(conn)
    except Exception:
        conn.close()
