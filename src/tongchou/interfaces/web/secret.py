"""The key that signs sessions: ``TONGCHOU_SECRET``, else made once in the data folder for its owner only."""

from __future__ import annotations

import os
import secrets

from tongchou.office.database import data_folder

VARIABLE = "TONGCHOU_SECRET"


def secret_key() -> str:
    """The key; every process of a data folder gets the same one."""
    named = os.environ.get(VARIABLE)
    if named:
        return named
    file = data_folder() / "web-secret"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"web-secret.{secrets.token_hex(4)}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as f:
            f.write(secrets.token_urlsafe(64))
        # A link is made whole or not at all: of two that start at once the second takes the first one's key.
        try:
            os.link(part, file)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return file.read_text()
