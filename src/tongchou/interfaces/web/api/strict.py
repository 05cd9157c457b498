"""Nothing that is asked is passed over: an unknown name in address or body is refused, a fault is told by its kind."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tongchou.office.frame.blur import seen
from tongchou.office.frame.fields import refuse_unknown
from tongchou.office.frame.refusal import OfficeRefused

EVERYWHERE = ("lang",)
"""Names that any address may bear."""


class Asked(Schema, extra="forbid"):
    """A body that is sent: a key it does not know is refused."""


class Room(Router):
    """Paths that refuse what their addresses ask beside what they know: ``unknown_argument``."""

    def add_api_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **more: Any) -> None:
        """Add a path; its function's parameters are the names it knows."""
        of_path = set(re.findall(r"{(?:\w+:)?(\w+)}", path))
        signature = inspect.signature(view_func, eval_str=True)
        known = [n for n in signature.parameters if n != "request" and n not in of_path]

        @wraps(view_func)
        def strict(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            refuse_unknown((n for n in request.GET if n not in EVERYWHERE), known)
            return view_func(request, *args, **kwargs)

        # Types are looked up where they were written, which is not this module.
        strict.__signature__ = signature  # type: ignore[attr-defined]
        super().add_api_operation(path, methods, strict, **more)


def why(errors: Sequence[Mapping[str, Any]]) -> OfficeRefused:
    """The first fault of a request: ``argument_missing``, ``unknown_argument``, else ``argument_invalid``."""
    first = errors[0] if errors else {"loc": ("",), "type": "", "msg": ""}
    field, kind = seen(str(first["loc"][-1])), str(first["type"])
    match kind:
        case "missing":
            return OfficeRefused("argument_missing", f"缺少参数 {field}", f"{field} is missing", field)
        case "extra_forbidden":
            return OfficeRefused("unknown_argument", f"没有参数 {field}", f"no argument {field}", field)
        case "timezone_aware":
            return OfficeRefused(
                "argument_invalid", f"{field} 须写明时区，如 2023-07-01T09:00:00+08:00",
                f"{field} is to name its zone, as in 2023-07-01T09:00:00+08:00", field,
            )  # fmt: skip
    zh = next((zh for start, zh in _WISHES.items() if kind.startswith(start)), "")
    return OfficeRefused(
        "argument_invalid",
        f"参数 {field} 不合规" + (f"：{_filled(zh, first)}" if zh else ""),
        f"{field} is not as expected: {first['msg']}",
        field,
    )


_WISHES = {
    "date": "应为日期 年-月-日",
    "datetime": "应为时刻，如 2023-07-01T09:00:00+08:00",
    "int": "应为整数",
    "bool": "应为 true 或 false",
    "string": "应为文本",
    "dict": "应为对象",
    "greater_than_equal": "不小于 {ge}",
    "less_than_equal": "不大于 {le}",
}
"""What was expected, by the kind of fault that pydantic names (in English it says so itself)."""


def _filled(zh: str, error: Mapping[str, Any]) -> str:
    return zh.format(**error.get("ctx", {})) if "{" in zh else zh
