"""Start the office: ``serve(port)`` runs it under gunicorn in this process until it is told to stop.

From the environment: ``TONGCHOU_DATABASE_URL`` (else an embedded PostgreSQL, which ends with this process),
``TONGCHOU_SECRET``, ``TONGCHOU_HOSTS`` (names it is called by, with commas between), ``TONGCHOU_HTTPS=1`` where a proxy
in front speaks https and sets X-Forwarded-Proto.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from tongchou.office.books.ready import refuse_behind
from tongchou.office.database import VARIABLE, DatabaseRefused, connect, url
from tongchou.office.frame.lawbook import refuse_unapproved
from tongchou.office.frame.refusal import OfficeRefused

from .quiet import Quiet

LOCK = 720_313
"""Two servers that start at once bring the pages' own tables one after the other (an advisory lock)."""


def serve(port: int, bind: str = "127.0.0.1", workers: int = 2) -> None:
    """Run until told to stop. Exits with 1 and a sentence where database or law are not ready."""
    try:
        # Workers and Django's settings find the address there; the embedded server stays with this process.
        os.environ[VARIABLE] = url()
        os.environ["TONGCHOU_BIND"] = bind
        with connect() as conn:
            refuse_behind(conn)
            refuse_unapproved(conn)
        prepare()
    except DatabaseRefused as e:
        _stop(str(e))
    except OfficeRefused as e:
        _stop(f"{e.said('zh')}\n{e.said('en')}")
    if bind not in ("127.0.0.1", "::1", "localhost") and os.environ.get("TONGCHOU_HTTPS") is None:
        print(
            "注意：未经 https 对外提供服务，密码可被窃听；请在前面放置 https 代理并设 TONGCHOU_HTTPS=1\n"
            "note: served beyond this machine without https; put a proxy in front and set TONGCHOU_HTTPS=1",
            file=sys.stderr,
        )
    shown = f"[{bind}]" if ":" in bind else bind
    print(f"http://{shown}:{port}/", flush=True)
    _run({"bind": f"{shown}:{port}", "workers": workers})


def prepare() -> None:
    """Bring the tables of Django's own parts (sessions, failed logins) into the schema ``web``."""
    from django.core.management import call_command

    from .passwords import set_up

    with connect() as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        conn.execute("CREATE SCHEMA IF NOT EXISTS web")
        conn.commit()
        set_up()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("clearsessions")
    from django.db import connections

    # A forked worker must not share this connection.
    connections.close_all()


def _run(options: dict[str, Any]) -> None:
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
    from gunicorn.glogging import Logger  # type: ignore[import-untyped]

    class Log(Logger):  # type: ignore[misc]
        """gunicorn's own log, without the values that were worked with."""

        def setup(self, cfg: Any) -> None:
            """Its handlers as gunicorn makes them, their lines as ours."""
            super().setup(cfg)
            for handler in self.error_log.handlers:
                handler.setFormatter(Quiet())

    class Office(BaseApplication):  # type: ignore[misc]
        """gunicorn, told here and not by a file."""

        def load_config(self) -> None:
            """What gunicorn is told: threads, since requests wait for the database; a log of errors only."""
            told = {"worker_class": "gthread", "threads": 4, "loglevel": "warning", "graceful_timeout": 20,
                    "timeout": 120, "keepalive": 5, "proc_name": "tongchou", "control_socket_disable": True,
                    "logger_class": Log, **options}  # fmt: skip
            for name, value in told.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            """The application, loaded by each worker for itself."""
            from .wsgi import application

            return application

    Office().run()


def _stop(text: str) -> None:
    print(text, file=sys.stderr)
    raise SystemExit(1)
