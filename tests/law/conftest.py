"""The bundled law, read once; what it keeps goes to a folder of this session."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tongchou.interfaces.cli import main
from tongchou.law import Finding, Law, read_tree
from tongchou.law.check_flow import check_source
from tongchou.law.nodes import Node, read_file
from tongchou.law.tables import Scheme
from tongchou.law.tree import BUNDLED


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGCHOU_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _bundled_files_once() -> Iterator[None]:
    """An overlay of three lines need not parse the bundled files, nor write their source, once more."""
    nodes: dict[Path, Node] = {}
    sources: dict[bytes, list[Finding]] = {}

    def read_once(path: Path, name: str | None = None) -> Node:
        if not path.is_relative_to(BUNDLED):
            return read_file(path, name)
        if path not in nodes:
            nodes[path] = read_file(path, name)
        return nodes[path]

    def check_once(scheme: Scheme) -> list[Finding]:
        key = msgspec.msgpack.encode(replace(scheme, version=""))
        if key not in sources:
            sources[key] = check_source(scheme)
        return sources[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("tongchou.law.read_tree"), "read_file", read_once)
        patch.setattr(import_module("tongchou.law.check"), "check_source", check_once)
        yield


@pytest.fixture(scope="session")
def bundled() -> Law:
    """The bundled tree with its provisions and citations."""
    return read_tree()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """The command in this process: exit status, stdout and stderr."""
    monkeypatch.setenv("TONGCHOU_LANG", "en")

    def command(*args: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tongchou", *map(str, args)])
        code: object = 0
        try:
            code = main()
        except SystemExit as e:
            code = e.code
        out, err = capsys.readouterr()
        return int(code or 0), out, err  # type: ignore[call-overload]

    return command
