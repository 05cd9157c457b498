"""The database: the server of ``TONGCHOU_DATABASE_URL``, or an embedded PostgreSQL in the user's data folder."""

from __future__ import annotations

import os
import warnings
from functools import cache
from pathlib import Path

import psycopg

VARIABLE = "TONGCHOU_DATABASE_URL"
OLDEST = 150_000
"""The oldest server version that is tested."""


class DatabaseRefused(Exception):
    """No database that can be used: ``database_unreachable``, ``database_too_old``, ``database_not_utf8``."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(f"{code}: {text}")


def data_folder() -> Path:
    """Where the embedded server keeps its data: ``TONGCHOU_DATA``, else the user's data folder."""
    named = os.environ.get("TONGCHOU_DATA")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "tongchou"


def url() -> str:
    """The address of the database; starts the embedded server where none is named."""
    return os.environ.get(VARIABLE) or embedded(str(data_folder() / "postgres"))


@cache
def embedded(folder: str) -> str:
    """The address of the embedded server of a folder, made and started if need be; it ends with this process."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pgserver

            Path(folder).parent.mkdir(parents=True, exist_ok=True)
            return str(pgserver.get_server(folder).get_uri())
    except Exception as e:
        raise DatabaseRefused(
            "database_unreachable",
            f"the embedded PostgreSQL in {folder} does not start ({e}); name a server with {VARIABLE}",
        ) from e


def connect(address: str | None = None) -> psycopg.Connection:
    """A connection in UTC, checked: reachable, new enough, UTF-8. Raises DatabaseRefused."""
    address = address or url()
    try:
        conn = psycopg.connect(address, options="-c timezone=UTC -c client_encoding=UTF8")
    except psycopg.OperationalError as e:
        raise DatabaseRefused("database_unreachable", f"{str(e).strip()}; check {VARIABLE}") from e
    if conn.info.server_version < OLDEST:
        raise DatabaseRefused("database_too_old", f"PostgreSQL {conn.info.server_version // 10_000}; 15 or newer")
    row = conn.execute("SHOW server_encoding").fetchone()
    if row is None or row[0] != "UTF8":
        raise DatabaseRefused("database_not_utf8", f"the database is in {row and row[0]}; make one in UTF8")
    conn.commit()
    return conn
