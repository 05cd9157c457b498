"""Files that come in by a form: taken whole, their columns found by the names a sender gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.sheets import read
from tongchou.office.sheets.headers import plain

MOST = 50 * 1024 * 1024
"""The largest file that is taken, in bytes."""
Names = Mapping[str, tuple[str, ...]]
"""Machine name of a column → headers it is known by, the first of them the usual one."""


def taken(file: object) -> tuple[str, bytes]:
    """(name, content) of an uploaded file. Raises OfficeRefused: ``file_missing``, ``file_too_large``."""
    if not isinstance(file, UploadedFile):
        raise OfficeRefused("file_missing", "须选择文件", "choose a file", "file")
    if (file.size or 0) > MOST:
        raise OfficeRefused(
            "file_too_large",
            f"文件超过 {MOST // 1024 // 1024} MB，请拆分后导入",
            f"the file is above {MOST // 1024 // 1024} MB; split it",
            "file",
        )
    return str(file.name), file.read()


def columns_sent(request: HttpRequest, names: Names, required: Sequence[str]) -> dict[str, list[str]]:
    """The known columns of the file sent as ``file``, their cells as they are meant. Raises OfficeRefused."""
    name, content = taken(request.FILES.get("file"))
    known = {header: code for code, headers in names.items() for header in (*headers, code)}
    found: dict[str, list[str]] = {}
    for header, cells in read(content, name).columns.items():
        code = known.get(re.sub(r"[\s*＊]|[（(].*?[)）]", "", header))
        if code is None:
            continue
        if code in found:
            raise OfficeRefused("header_twice", f"列“{header}”重复", f"the column {header} stands twice", "file")
        found[code] = [plain(c) for c in cells]
    missing = next((c for c in required if c not in found), None)
    if missing:
        listed = "、".join(names[c][0] for c in required)
        raise OfficeRefused(
            "column_missing",
            f"表中缺少列“{names[missing][0]}”；须有：{listed}",
            f"the column {names[missing][0]} ({missing}) is missing",
            "file",
        )
    return found
