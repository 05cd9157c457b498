"""A workbook opened: its parts by name, its sheets, its formats; and what makes it no workbook we read.

XLSX is a zip of XML (ECMA-376). Parts are read as streams against stated limits, so that a small file
cannot unfold into more than the machine holds; entities and document types are refused.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal
from xml.etree import ElementTree

from .refusal import FileRefused
from .xlsx_formats import DateKind, date_kinds

MAX_SHEET = 8 << 30
"""Bytes of one sheet, unpacked. Excel's largest sheet with forty filled columns has about half."""
MAX_STRINGS = 2 << 30
"""Bytes of the workbook's texts, unpacked: they are held in memory."""
MAX_PART = 32 << 20
"""Bytes of any other part."""
MAX_RATIO = 400
"""A part above 64 MB that unfolds more than this is no table: tables unfold 5 to 60 times."""
_LARGE = 64 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Broken = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, KeyError)
"""What zipfile raises on damaged archives."""


@dataclass(frozen=True)
class SheetPart:
    """One worksheet of the workbook."""

    name: str
    part: str
    state: Literal["visible", "hidden"]


class Package:
    """An open workbook. Use as a context manager. Raises ``FileRefused`` by name for what it cannot read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        _refuse_foreign(path)
        try:
            self.zip = zipfile.ZipFile(path)
            self._names = set(self.zip.namelist())
        except Broken as error:
            raise not_a_workbook(path, "压缩包不完整", "a broken archive") from error
        self.date1904 = False
        self.sheets: list[SheetPart] = []
        self.strings_part = ""
        self.dates: tuple[DateKind, ...] = ()
        self.formats: tuple[str, ...] = ()
        try:
            self._read_workbook()
        except BaseException:
            self.zip.close()
            raise

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()

    def has(self, part: str) -> bool:
        """Whether the package holds a part."""
        return part in self._names

    def chunks(self, part: str, limit: int, size: int = 1 << 20) -> Iterator[bytes]:
        """A part unpacked piece by piece. Refused: ``xlsx_too_large``, ``xlsx_broken``."""
        try:
            info = self.zip.getinfo(part)
            read = 0
            with self.zip.open(info) as stream:
                while piece := stream.read(size):
                    read += len(piece)
                    self._within(part, read, info.compress_size, limit)
                    yield piece
        except FileRefused:
            raise
        except Broken as error:
            raise broken(self.path, part, str(error)) from error

    def xml(self, part: str) -> ElementTree.Element:
        """A small part as a tree, element names without their namespaces."""
        data = b"".join(self.chunks(part, MAX_PART))
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise broken(self.path, part, "DOCTYPE")
        try:
            root = ElementTree.fromstring(data)
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise broken(self.path, part, str(error)) from error
        for element in root.iter():
            element.tag = local(element.tag)
        return root

    def _within(self, part: str, read: int, packed: int, limit: int) -> None:
        unfolds = read > _LARGE and read > MAX_RATIO * max(packed, 1)
        if read <= limit and not unfolds:
            return
        size = f"{limit >> 20} MB" if read > limit else f"{MAX_RATIO} : 1"
        raise FileRefused(
            "xlsx_too_large",
            f"文件 {self.path} 的 {part} 解压后超过上限 {size}，疑似压缩炸弹，未予读取；"
            "请核对来源，或拆分后导出为 CSV、Parquet",
            f"{self.path}: {part} unfolds beyond the limit of {size} (a zip bomb?) and was not read;"
            " check where it comes from, or split it or export it as CSV or Parquet",
        )

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationships of a part: id → (last word of the type, target part)."""
        folder, name = posixpath.split(part)
        rels = f"{folder}/_rels/{name}.rels".lstrip("/")
        if rels not in self._names:
            return {}
        found = {}
        for relation in self.xml(rels):
            target = relation.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], whole)
        return found

    def _read_workbook(self) -> None:
        root = [target for kind, target in self._related("").values() if kind == "officeDocument"]
        if not root or root[0] not in self._names:
            raise not_a_workbook(self.path, "压缩包内没有工作簿", "no workbook in the archive")
        if root[0].endswith(".bin"):
            raise not_a_workbook(self.path, "是二进制工作簿（.xlsb）", "a binary workbook (.xlsb)")
        workbook, related = self.xml(root[0]), self._related(root[0])
        for element in workbook.iter():
            if element.tag == "workbookPr":
                self.date1904 = element.get("date1904") in ("1", "true")
            if element.tag == "sheet":
                ids = [v for k, v in element.items() if local(k) == "id"]
                kind, part = related.get(ids[0] if ids else "", ("", ""))
                if kind == "worksheet" and part in self._names:
                    state: Literal["visible", "hidden"] = "visible"
                    if element.get("state", "visible") != "visible":
                        state = "hidden"
                    self.sheets.append(SheetPart(element.get("name", ""), part, state))
        for kind, part in related.values():
            if kind == "sharedStrings" and part in self._names:
                self.strings_part = part
            if kind == "styles" and part in self._names:
                self.formats, self.dates = date_kinds(self.xml(part))


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def broken(path: Path, part: str, why: str) -> FileRefused:
    """The refusal of a damaged workbook."""
    said = " ".join(why.split())[:160]
    return FileRefused(
        "xlsx_broken",
        f"工作簿 {path} 已损坏（{part}：{said}）；请用 Excel 或 WPS 打开后另存为 .xlsx，再重试",
        f"{path} is damaged ({part}: {said}); open it in Excel or WPS, save it as .xlsx and try again",
    )


def not_a_workbook(path: Path, zh: str, en: str) -> FileRefused:
    """The refusal of what bears the name of a workbook and is none."""
    return FileRefused(
        "not_a_workbook",
        f"文件 {path} 不是 .xlsx 工作簿：{zh}；请用 Excel 或 WPS 打开后另存为“Excel 工作簿 (*.xlsx)”",
        f"{path} is no .xlsx workbook: {en}; open it in Excel or WPS and save it as 'Excel Workbook (*.xlsx)'",
    )


def _refuse_foreign(path: Path) -> None:
    """Refuse by its first bytes what is no zip: old or encrypted workbooks, pages, texts."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
            if head.startswith(_OLE):
                raise _ole(path, file)
    except OSError as error:
        raise FileRefused(
            "file_unreadable",
            f"无法读取文件 {path}：{error.strerror}；请核对路径与权限",
            f"{path} cannot be read: {error.strerror}; check the path and the rights on it",
        ) from error
    if head.startswith(b"PK\x03\x04"):
        return
    if not head:
        raise not_a_workbook(path, "文件是空的", "an empty file")
    word = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if word.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<?xml")):
        raise not_a_workbook(path, "内容是网页或 XML 表格", "its contents are a web page or an XML table")
    raise not_a_workbook(path, "开头不是压缩包", "it does not begin like one")


def _ole(path: Path, file: BinaryIO) -> FileRefused:
    """An OLE container is an encrypted workbook or an old one (.xls, .et)."""
    rest = file.read(8 << 20)
    if "EncryptedPackage".encode("utf-16-le") in rest:
        return FileRefused(
            "xlsx_encrypted",
            f"工作簿 {path} 有打开密码；请在 Excel 或 WPS 中打开，取消密码（文件—信息—保护工作簿）后另存，再重试",
            f"{path} is protected by a password; open it in Excel or WPS, take the password off and save it again",
        )
    return not_a_workbook(path, "是旧版 .xls（或 .et）格式", "the old .xls (or .et) format")
