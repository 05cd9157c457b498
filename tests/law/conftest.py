"""The bundled law, read once; what it keeps goes to a folder of this session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tongchou.law import Law, read_tree


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGCHOU_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def bundled() -> Law:
    """The bundled tree with its provisions and citations."""
    return read_tree()
