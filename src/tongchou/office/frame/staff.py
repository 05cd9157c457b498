"""People who work here: their names, the roles given to them for areas, and the tokens of programs that ask for them.

The first administrators are made at the database itself (``office user add``). From then on it takes two of them to
give a role, and two to set somebody's password anew: each knows one half of it, so that neither logs in as another.
Passwords that people choose are hashed by the pages (Django); here only the hash is kept.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import psycopg

from .access import actor, allow, rights_file
from .areas import area as area_of_code
from .audit import record
from .fields import area, choice, number, text
from .lawbook import top
from .operation import Work, operation, refuses
from .refusal import OfficeRefused

ROLES = {code: (told["zh"], told["en"]) for code, told in rights_file()["roles"].items()}
SYSTEM = "system"
"""Who the record names for what is done at the database itself, before anybody works here."""
TOKEN_DAYS = 90
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Signs of a password that is handed over: none of them looks like another."""
HALF = 10
"""Signs that each of two administrators knows of it."""
ROUNDS = 600_000
"""Of hashing it; beside the half that one knows, the other has 31 to the 10th power values."""

refuses(
    {"TO071": "grant_undecided", "TO072": "password_undecided"},
    {
        "grant_undecided": "角色须由两名系统管理员（一人申请、另一人审批）授予",
        "password_undecided": "他人的密码须由两名系统管理员（一人申请、另一人审批）重设",
    },
)


@dataclass(frozen=True)
class Person:
    """Somebody who works here; ``grants`` are (number, role, area)."""

    name: str
    shown: str
    active: bool
    last_login: datetime | None
    grants: tuple[tuple[int, str, str], ...]


def people(conn: psycopg.Connection) -> list[Person]:
    """Everybody, by name."""
    rows = conn.execute(
        "SELECT s.name, s.shown, s.active, s.last_login, "
        "coalesce(array_agg(ARRAY[g.id::text, g.role, g.area] ORDER BY g.id) "
        "FILTER (WHERE g.id IS NOT NULL), '{}') "
        "FROM office.staff s LEFT JOIN office.grant_now g ON g.staff = s.name "
        "GROUP BY s.name ORDER BY s.name"
    ).fetchall()
    return [
        Person(name, shown, active, seen, tuple((int(i), role, where) for i, role, where in grants))
        for name, shown, active, seen, grants in rows
    ]


def first(
    conn: psycopg.Connection,
    name: str,
    shown: str,
    password_hash: str,
    role: str,
    area: str,
    demo: bool = False,
    handed_over: bool = False,
) -> None:
    """Make somebody at the database itself, with one role; recorded as done by the system. Raises OfficeRefused.

    ``handed_over``: somebody else knows the password, so that it is to be changed at the first login.
    """
    _new(conn, name, shown, password_hash, demo)
    _give(conn, name, role, area, SYSTEM)
    if handed_over:
        conn.execute("INSERT INTO office.password_set (staff, set_by) VALUES (%s, %s)", [name, SYSTEM])
    record(conn, SYSTEM, area, "staff.first", f"staff:{name}", {"role": role, "demo": demo})


def set_password(
    conn: psycopg.Connection, name: str, password_hash: str, by: str = "", command: int | None = None
) -> None:
    """Keep a new hash; the record tells that it changed and by whom (the person himself by default), not to what.

    By others than himself and the database's owner only by an approved ``command``; the database holds to that.
    """
    if not conn.execute("UPDATE office.staff SET password = %s WHERE name = %s", [password_hash, name]).rowcount:
        raise OfficeRefused("staff_unknown", f"没有人员 {name}", f"no {name} works here", "name")
    conn.execute(
        "INSERT INTO office.password_set (staff, set_by, command) VALUES (%s, %s, %s)", [name, by or name, command]
    )
    record(conn, by or name, top(conn), "staff.password", f"staff:{name}", {"command": command} if command else {})


def must_change(conn: psycopg.Connection, name: str) -> bool:
    """Whether others know the password of somebody: then it is changed at the next login."""
    row = conn.execute(
        "SELECT set_by <> staff FROM office.password_set WHERE staff = %s ORDER BY id DESC LIMIT 1", [name]
    ).fetchone()
    return bool(row and row[0])


def fresh_half() -> str:
    """One administrator's half of a password to hand over."""
    return "".join(secrets.choice(SIGNS) for _ in range(HALF))


def whole(first_half: str, second_half: str) -> str:
    """The password as its owner types it."""
    return f"{first_half}-{second_half}"


@operation("staff.add", "新增人员", "add staff", "staff.write")
def add(
    work: Work,
    *,
    area: Annotated[str, area()],
    name: Annotated[str, text("登录名", "login")],
    shown: Annotated[str, text("姓名", "name")],
) -> dict[str, Any]:
    """Add somebody without a role and without a password: both take two administrators."""
    _new(work.conn, name, shown, "", False)
    work.subject = f"staff:{name}"
    return {"staff": name}


@operation("staff.grant", "授予角色", "give a role", "staff.write", review="staff.review")
def grant(
    work: Work,
    *,
    area: Annotated[str, area()],
    name: Annotated[str, text("登录名", "login")],
    role: Annotated[str, choice("角色", "role", ROLES)],
) -> dict[str, Any]:
    """Give a role for an area and all below it: one administrator asks, another approves, neither of them gets it.

    Administrators have no business role.
    """
    if _his_own(work, name):
        raise OfficeRefused("self_granted", "不能给自己授权", "nobody gives a role to himself", "name")
    number = _give(work.conn, name, role, area, work.who.name, work.command)
    work.subject = f"staff:{name}"
    return {"grant": number, "shown": _shown(work.conn, name)}


def _area_of_grant(conn: psycopg.Connection, given: Any) -> str:
    row = conn.execute("SELECT area FROM office.grant WHERE id = %s", [given["grant"]]).fetchone()
    if row is None:
        raise OfficeRefused("grant_unknown", f"没有授权 {given['grant']}", f"no grant {given['grant']}", "grant")
    return str(row[0])


@operation("staff.revoke", "收回角色", "take a role back", "staff.write", area_of=_area_of_grant)
def revoke(work: Work, *, grant: Annotated[int, number("授权编号", "grant")]) -> dict[str, Any]:
    """End a grant; what was done under it stays."""
    done = work.conn.execute(
        "INSERT INTO office.grant_end (of, ended_by) VALUES (%s, %s) ON CONFLICT DO NOTHING", [grant, work.who.name]
    ).rowcount
    if not done:
        raise OfficeRefused("grant_ended", f"授权 {grant} 已收回", f"grant {grant} has ended", "grant")
    return {"grant": grant}


def _area_of_person(conn: psycopg.Connection, given: Any) -> str:
    row = conn.execute("SELECT area FROM office.grant_now WHERE staff = %s ORDER BY id", [given["name"]]).fetchone()
    return str(row[0]) if row else top(conn)


@operation(
    "staff.reset_password",
    "重设密码",
    "set a password anew",
    "staff.write",
    review="staff.review",
    area_of=_area_of_person,
)
def reset_password(
    work: Work,
    *,
    name: Annotated[str, text("登录名", "login")],
    half: Annotated[str, text("密码前半", "first half of the password", hidden=True)],
) -> dict[str, Any]:
    """Set somebody's first password, or one anew: who asks knows the first half, who approves is shown the second.

    The person types both with a hyphen between, and changes it at the next login. What he had before ends.
    """
    if _his_own(work, name):
        raise OfficeRefused(
            "password_own", "自己的密码请在“修改密码”页修改", "change your own password on its own page", "name"
        )
    if not re.fullmatch(f"[{SIGNS}]{{{HALF}}}", half):
        raise OfficeRefused(
            "half_invalid",
            f"密码前半应为 {HALF} 个字符（{SIGNS}），请从“人员授权”页发起",
            f"the first half: {HALF} of the signs {SIGNS}; ask for it on the page of staff",
            "half",
        )
    asker = actor(work.conn, work.asked_by)
    for (where,) in work.conn.execute("SELECT area FROM office.grant_now WHERE staff = %s", [name]).fetchall():
        allow(work.conn, asker, "staff.write", str(where))
        if work.command is not None:
            allow(work.conn, work.who, "staff.review", str(where))
    person = actor(work.conn, name)
    work.subject = f"staff:{name}"
    if work.command is not None:
        second = fresh_half()
        set_password(work.conn, name, _hashed(whole(half, second)), work.who.name, work.command)
        end_tokens(work.conn, name, work.who.name)
        work.once = {"half": second}
    return {"staff": name, "shown": person.shown}


@operation("staff.end", "人员离岗", "end somebody's work", "staff.write", area_of=_area_of_person)
def end(work: Work, *, name: Annotated[str, text("登录名", "login")]) -> dict[str, Any]:
    """End somebody's work: he cannot log in, his tokens and roles end; what he did stays. Nobody ends his own."""
    if name == work.who.name:
        raise OfficeRefused("self_granted", "不能办理自己的离岗", "nobody ends his own work", "name")
    for row in work.conn.execute("SELECT area FROM office.grant_now WHERE staff = %s", [name]).fetchall():
        allow(work.conn, work.who, "staff.write", str(row[0]))
    done = work.conn.execute("UPDATE office.staff SET active = false WHERE name = %s AND active", [name]).rowcount
    if not done:
        raise OfficeRefused("staff_unknown", f"没有在岗人员 {name}", f"{name} does not work here", "name")
    work.conn.execute(
        "INSERT INTO office.grant_end (of, ended_by) SELECT id, %s FROM office.grant_now WHERE staff = %s",
        [work.who.name, name],
    )
    end_tokens(work.conn, name, work.who.name)
    work.subject = f"staff:{name}"
    return {"staff": name}


def make_token(conn: psycopg.Connection, name: str, purpose: str, days: int = TOKEN_DAYS, by: str = "") -> str:
    """A token for the JSON interface; it is shown once, kept as its digest, and ends by itself. Recorded."""
    if not purpose.strip():
        raise OfficeRefused("purpose_missing", "须写明用途", "say what it is for", "purpose")
    token = secrets.token_urlsafe(32)
    row = conn.execute(
        "INSERT INTO office.token (digest, staff, purpose, expires_at) "
        "SELECT %s, name, %s, now() + %s FROM office.staff WHERE name = %s AND active RETURNING expires_at",
        [hashlib.sha256(token.encode()).digest(), purpose, timedelta(days=days), name],
    ).fetchone()
    if row is None:
        raise OfficeRefused("staff_unknown", f"没有在岗人员 {name}", f"{name} does not work here")
    told = {"purpose": purpose, "until": row[0].isoformat()}
    record(conn, by or name, top(conn), "staff.token", f"staff:{name}", told)
    return token


def bearer(conn: psycopg.Connection, token: str) -> str | None:
    """The name a token stands for; None for one that is not known, ended or run out."""
    row = conn.execute(
        "SELECT t.staff FROM office.token t JOIN office.staff s ON s.name = t.staff AND s.active "
        "WHERE t.digest = %s AND t.expires_at > now() "
        "AND NOT EXISTS (SELECT FROM office.token_end e WHERE e.of = t.digest)",
        [hashlib.sha256(token.encode()).digest()],
    ).fetchone()
    return str(row[0]) if row else None


def end_tokens(conn: psycopg.Connection, name: str, by: str) -> int:
    """End every token of somebody; how many."""
    done = conn.execute(
        "INSERT INTO office.token_end (of, ended_by) SELECT digest, %s FROM office.token "
        "WHERE staff = %s ON CONFLICT DO NOTHING",
        [by, name],
    ).rowcount
    record(conn, by, top(conn), "staff.tokens_ended", f"staff:{name}", {"ended": done})
    return done


def _new(conn: psycopg.Connection, name: str, shown: str, password_hash: str, demo: bool) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9._-]{1,39}", name) or name == SYSTEM:
        raise OfficeRefused(
            "argument_invalid",
            f"登录名应为小写字母开头的2至40个字符：{name!r}",
            f"login: expected 2 to 40 of a-z 0-9 . _ -, a letter first; found {name!r}",
            "name",
        )
    done = conn.execute(
        "INSERT INTO office.staff (name, shown, password, demo) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [name, shown, password_hash, demo],
    ).rowcount
    if not done:
        raise OfficeRefused("staff_exists", f"登录名 {name} 已有人使用", f"the login {name} is taken", "name")


def _his_own(work: Work, name: str) -> bool:
    """Whether it is about whoever asks or approves."""
    return name in (work.who.name, work.asked_by)


def _shown(conn: psycopg.Connection, name: str) -> str:
    """The name by which whoever approves knows somebody."""
    row = conn.execute("SELECT shown FROM office.staff WHERE name = %s", [name]).fetchone()
    assert row is not None
    return str(row[0])


def _hashed(password: str) -> str:
    """A password as Django's first hasher keeps it; the pages know a framework for that, this room does not."""
    salt = secrets.token_urlsafe(16)
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), ROUNDS)
    return f"pbkdf2_sha256${ROUNDS}${salt}${base64.b64encode(digest).decode()}"


def _give(conn: psycopg.Connection, name: str, role: str, area: str, by: str, command: int | None = None) -> int:
    if role not in ROLES:
        raise OfficeRefused(
            "argument_invalid",
            f"没有角色 {role}；可用：{'、'.join(ROLES)}",
            f"no role {role}; there are {', '.join(ROLES)}",
            "role",
        )
    area_of_code(conn, area)
    row = conn.execute(
        "INSERT INTO office.grant (staff, role, area, given_by, command) SELECT name, %s, %s, %s, %s "
        "FROM office.staff WHERE name = %s RETURNING id",
        [role, area, by, command, name],
    ).fetchone()
    if row is None:
        raise OfficeRefused("staff_unknown", f"没有人员 {name}", f"no {name} works here", "name")
    return int(row[0])
