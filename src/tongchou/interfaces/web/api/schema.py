"""The fields of an operation as a JSON schema, so that a program can be written or generated against it."""

from __future__ import annotations

from typing import Any

from tongchou.office.frame.fields import Told, plain
from tongchou.office.frame.operation import Operation

KINDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "maxLength": 2000},
    "long_text": {"type": "string", "maxLength": 2000},
    "number": {"type": "integer"},
    "money": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,2})?$", "examples": ["1234.50"]},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "month": {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}$", "examples": ["2023-05"]},
    "yes": {"type": "boolean"},
    "choice": {"type": "string"},
    "area": {"type": "string", "pattern": r"^[0-9]{6}$", "examples": ["530100"]},
    "place": {"type": "string", "pattern": r"^[0-9]{6}$", "examples": ["110100"]},
}


def of_field(f: Told) -> dict[str, Any]:
    """The schema of one argument."""
    found = {**KINDS[f.kind], "title": f.zh, "description": f.en + (" (personal)" if f.hidden else "")}
    if f.choices:
        found["enum"] = [code for code, _, _ in f.choices]
        found["description"] += ": " + ", ".join(f"{code} {zh} {en}" for code, zh, en in f.choices)
    if not f.required:
        default = plain(f, f.default)
        if default is None:
            found["type"] = [found["type"], "null"]
            if "enum" in found:
                found["enum"] = [*found["enum"], None]
        found["default"] = default
    return found


def of_arguments(operation: Operation) -> dict[str, Any]:
    """The schema of all arguments."""
    return {
        "type": "object",
        "properties": {f.name: of_field(f) for f in operation.fields},
        "required": [f.name for f in operation.fields if f.required],
        "additionalProperties": False,
    }


def body_of(operation: Operation, message: bool) -> dict[str, Any]:
    """The request body of an operation: arguments and, where it is done, the sender's own id of the message."""
    properties: dict[str, Any] = {"arguments": of_arguments(operation)}
    if message:
        properties["message"] = {
            "type": "string",
            "title": "报文号",
            "description": "the sender's own id: the same again gives the first answer, nothing is done twice",
        }
    schema = {"type": "object", "properties": properties, "required": ["arguments"], "additionalProperties": False}
    return {"required": True, "content": {"application/json": {"schema": schema}}}
