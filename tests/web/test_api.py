"""The JSON interface: who may what, what its document says, how it refuses."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.conftest import HERE, ROLE_HOLDERS, Site
from tongchou.office.frame.access import roles_with
from tongchou.office.frame.fields import Told
from tongchou.office.operations import OPERATIONS

Slip = Callable[..., dict[str, str]]
SAMPLES = {"text": "某文字", "long_text": "某文字", "number": 1, "money": "1.00", "day": "2023-01-05",
           "moment": "2099-01-01T00:00:00+08:00", "month": "2023-01", "yes": True, "area": HERE,
           "place": "110100"}  # fmt: skip


def sample(f: Told) -> Any:
    """A value the schema of a field allows."""
    return f.choices[0][0] if f.choices else SAMPLES[f.kind]


@pytest.mark.parametrize("role", list(ROLE_HOLDERS))
def test_rights_by_role_and_operation(site: Site, role: str) -> None:
    """Each role × each operation: 403 exactly where rights.yaml does not give the right."""
    mine, clerk = ROLE_HOLDERS[role], {r: ROLE_HOLDERS[r] for r in ROLE_HOLDERS}
    for o in OPERATIONS.values():
        arguments = {f.name: sample(f) for f in o.fields}
        told = site.call(mine, "POST", f"/api/operations/{o.name}/dry-run", {"arguments": arguments})
        code = told.json.get("code", "")
        if role in roles_with(o.right):
            assert code != "not_allowed", (o.name, told.text)
            continue
        assert told.status >= 400, (o.name, told.text)
        if code != "not_allowed":
            # Refused before anybody's right was asked: then it is refused to whoever has the right, too.
            other = clerk[sorted(roles_with(o.right))[0]]
            same = site.call(other, "POST", f"/api/operations/{o.name}/dry-run", {"arguments": arguments})
            assert same.json.get("code") == code, (o.name, told.text, same.text)
        else:
            assert told.status == 403
            done = site.call(mine, "POST", f"/api/operations/{o.name}", {"arguments": arguments})
            assert (done.status, done.json["code"]) == (403, "not_allowed"), o.name
        if o.two_people:
            assert role in roles_with(o.review) or not _reviews(site, mine, o.name)


def _reviews(site: Site, name: str, operation: str) -> bool:
    rows = site.sql("SELECT id FROM office.command WHERE operation = %s LIMIT 1", [operation])
    if not rows:
        return False
    told = site.call(name, "POST", f"/api/commands/{rows[0][0]}/approve", {})
    return told.status == 200


def test_a_program_asks_and_another_approves(site: Site, slip: Slip) -> None:
    body = {"arguments": slip(), "message": uuid.uuid4().hex}
    first = site.call("clerk", "POST", "/api/operations/books.interest", body)
    assert first.status == 200
    again = site.call("clerk", "POST", "/api/operations/books.interest", body)
    assert again.json == {"answer": {**first.json["answer"], "again": True}}
    other = site.call("clerk", "POST", "/api/operations/books.interest", {**body, "arguments": slip()})
    assert (other.status, other.json["code"]) == (409, "message_reused")
    number = first.json["answer"]["command"]
    assert site.call("clerk", "GET", f"/api/commands/{number}").json["verdict"] == ""
    refused = site.call("reviewer", "POST", f"/api/commands/{number}/reject", {})
    assert (refused.status, refused.json["code"], refused.json["field"]) == (400, "reason_missing", "reason")
    done = site.call("reviewer", "POST", f"/api/commands/{number}/approve", {})
    assert (done.status, done.json["answer"]["verdict"]) == (200, "approved")


def test_how_it_refuses(site: Site) -> None:
    path = "/api/operations/books.interest"
    for name, method, where, body, status, code, at in (
        ("", "GET", "/api/areas", None, 401, "login_needed", ""),
        ("clerk", "POST", path, {"arguments": {"area": HERE}}, 400, "argument_missing", "fund"),
        ("clerk", "POST", path, {"arguments": {"nix": 1}}, 400, "unknown_argument", "nix"),
        ("clerk", "POST", path, b"{", 400, "request_invalid", ""),
        ("clerk", "POST", path, b"[" * 100_000, 400, "request_invalid", ""),
        ("clerk", "POST", path, {"nix": 1}, 400, "request_invalid", ""),
        ("clerk", "POST", path, {"arguments": {}, "message": 5}, 400, "request_invalid", ""),
        ("clerk", "POST", "/api/operations/nix", {}, 404, "operation_unknown", ""),
        ("clerk", "GET", "/api/commands/999999", None, 404, "command_unknown", ""),
        ("clerk", "GET", "/api/commands?limit=100000", None, 400, "argument_invalid", "limit"),
        ("clerk", "GET", "/api/commands?limt=5", None, 400, "unknown_argument", "limt"),
        ("clerk", "GET", "/api/areas?area=532300", None, 400, "unknown_argument", "area"),
        ("clerk", "POST", f"{path}?dry_run=1", {"arguments": {}}, 400, "unknown_argument", "dry_run"),
        ("clerk", "POST", "/api/people/search", {"number": "1"}, 400, "unknown_argument", "number"),
        ("clerk", "POST", "/api/people/1/reveal", {"purpose": "x", "why": "y"}, 400, "unknown_argument", "why"),
        ("clerk", "POST", "/api/people/1/trial", {"purpose": "x", "bill": {}}, 400, "argument_missing", "on"),
        ("clerk", "GET", "/api/people/1/totals?purpose=x&known=2023-07-01T09:00:00", None, 400, "argument_invalid",
         "known"),
        ("clerk", "GET", "/api/people/1/totals?purpose=x&on=yesterday", None, 400, "argument_invalid", "on"),
        ("clerk", "GET", f"/api/balances?area={HERE}", None, 400, "argument_missing", "until"),
        ("clerk", "POST", "/api/commands/1/approve", {"reson": "x"}, 400, "unknown_argument", "reson"),
        ("clerk", "GET", "/api/records", None, 403, "not_allowed", ""),
        ("clerk", "GET", "/api/nix", None, 404, "page_unknown", ""),
        ("clerk", "DELETE", "/api/areas", None, 405, "request_invalid", ""),
        ("clerk", "POST", path, b"{" + b" " * 3_000_000 + b"}", 400, "request_invalid", ""),
    ):  # fmt: skip
        told = site.call(name, method, where, body)
        assert (told.status, told.json["code"], told.json["field"]) == (status, code, at), (where, told.text)
        assert re.search(r"[一-鿿]", told.json["message"])
    bad = site.call("", "GET", "/api/areas", Authorization="Bearer nix")
    assert (bad.status, bad.json["code"]) == (401, "token_unknown")
    english = site.call("clerk", "GET", "/api/records?lang=en")
    assert re.search(r"[一-鿿]", english.json["message"]) is None


def test_what_it_reads(site: Site, slip: Slip) -> None:
    areas = site.call("clerk", "GET", "/api/areas").json["rows"]
    assert next(a for a in areas if a["code"] == HERE)["path"] == ["000000", "530000", HERE]
    operations = site.call("clerk", "GET", "/api/operations").json["rows"]
    assert {o["name"] for o in operations} >= set(OPERATIONS)
    assert next(o for o in operations if o["name"] == "staff.grant")["allowed"] is False
    law = site.call("clerk", "GET", "/api/law").json["rows"]
    assert [v["counts"] for v in law] == [True]
    for _ in range(3):
        site.call("clerk", "POST", "/api/operations/books.interest", {"arguments": slip()})
    page = site.call("auditor", "GET", "/api/records?limit=2&operation=books.interest").json
    assert len(page["rows"]) == 2
    following = site.call("auditor", "GET", f"/api/records?limit=2&operation=books.interest&after={page['after']}").json
    assert following["rows"][0]["id"] < page["rows"][-1]["id"]
    assert {r["actor"] for r in site.call("auditor", "GET", "/api/records?actor=clerk").json["rows"]} == {"clerk"}


def document(site: Site) -> dict[str, Any]:
    told = site.call("", "GET", "/api/openapi.json")
    assert told.status == 200
    found: dict[str, Any] = told.json
    return found


def test_every_operation_is_in_the_document(site: Site) -> None:
    paths = document(site)["paths"]
    for o in OPERATIONS.values():
        for path in (f"/api/operations/{o.name}", f"/api/operations/{o.name}/dry-run"):
            schema = paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"]
            arguments = schema["properties"]["arguments"]
            assert list(arguments["properties"]) == [f.name for f in o.fields]
            assert arguments["required"] == [f.name for f in o.fields if f.required]
            for f in o.fields:
                described = arguments["properties"][f.name]
                assert described["title"] == f.zh
                if f.choices:
                    assert [c for c in described["enum"] if c is not None] == [c for c, _, _ in f.choices]
                if f.kind == "money":
                    assert "string" in described["type"]


def test_the_document_holds_together(site: Site) -> None:
    """What OpenAPI 3.1 asks: ids once, every reference there, path parameters declared, answers described."""
    found = document(site)
    assert (found["openapi"][:3], found["info"]["version"], bool(found["info"]["title"])) == ("3.1", "1", True)
    ids = [o["operationId"] for p in found["paths"].values() for o in p.values()]
    assert len(ids) == len(set(ids))
    for path, methods in found["paths"].items():
        for o in methods.values():
            declared = {p["name"] for p in o["parameters"] if p["in"] == "path"}
            assert declared == set(re.findall(r"{(\w+)}", path)), path
            assert {"200", "400", "401", "403", "404", "409", "503"} <= {str(s) for s in o["responses"]}, path
            assert all(r["description"] for r in o["responses"].values())
            assert o["security"]
    text = site.call("", "GET", "/api/openapi.json").text
    for name in re.findall(r'"\$ref": ?"#/components/schemas/(\w+)"', text):
        assert name in found["components"]["schemas"]
    for schema in schemas(found["paths"]):
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert set(kinds) <= {"string", "integer", "number", "boolean", "object", "array", "null"}


def schemas(node: Any) -> list[dict[str, Any]]:
    """Every schema with a type below a node."""
    if isinstance(node, list):
        return [s for n in node for s in schemas(n)]
    if not isinstance(node, dict):
        return []
    own = [node] if isinstance(node.get("type"), str | list) and "in" not in node and "scheme" not in node else []
    return own + [s for n in node.values() for s in schemas(n)]
