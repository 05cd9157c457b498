"""What of a run is done, so that it can go on after it was cut off. One line a step, written once it is whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from .refusal import FileRefused

WORK = ".tongchou-work"
"""The folder of an unfinished run, inside its output folder."""
LAYOUT = "1"
"""Of the work folder; a run begun under another one is not taken up."""
_PIECE = 8 << 20
_ZH = {
    "source": "明细文件的内容",
    "mapping": "映射文件",
    "law": "法规版本",
    "area": "统筹区",
    "known": "--known",
    "opening": "期初累计",
    "lang": "--lang",
    "program": "程序版本",
}


def boot() -> str:
    """Which start of the machine this is: what a run left in memory that never reached the disk died with it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def digest(path: Path, copy: BinaryIO | None = None) -> str:
    """SHA-256 of a file's content, copying it on the way where asked to."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
            if copy is not None:
                copy.write(piece)
    return found.hexdigest()


class Journal:
    """The work folder's own record: ``begun.json`` says of what run, ``done.jsonl`` what is done of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: dict[str, list[dict[str, Any]]] = {}
        self._file: BinaryIO | None = None

    @property
    def there(self) -> bool:
        """Whether an unfinished run is there."""
        return (self.folder / "begun.json").exists()

    def begin(self, said: Mapping[str, Any]) -> None:
        """A new run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / "begun.part"
        draft.write_text(json.dumps({**said, "boot": boot()}, ensure_ascii=False), encoding="utf-8")
        os.replace(draft, self.folder / "begun.json")
        self._file = (self.folder / "done.jsonl").open("ab", buffering=0)

    def take_up(self, said: Mapping[str, Any]) -> dict[str, Any] | None:
        """Go on with the run that is there. None: it cannot be trusted, for the machine was started again since.

        Refused, naming what differs: ``resume_differs``.
        """
        begun: dict[str, Any] = json.loads((self.folder / "begun.json").read_text(encoding="utf-8"))
        other = [k for k in said if begun.get(k) != said[k]]
        if other:
            zh = "、".join(_ZH.get(k, k) for k in other)
            raise FileRefused(
                "resume_differs",
                f"{self.folder.parent} 中未完成的结算与这次不同：{zh}；"
                "请用原来的文件与选项续算，或去掉 --resume 重新开始",
                f"the unfinished run in {self.folder.parent} differs from this one in: {', '.join(other)};"
                " resume with the same files and options, or leave --resume out to begin anew",
            )
        if begun.get("boot") != boot():
            return None
        place = self.folder / "done.jsonl"
        whole = 0
        for line in place.read_bytes().splitlines(keepends=True) if place.exists() else []:
            if not line.endswith(b"\n"):
                break
            entry = json.loads(line)
            self.lines.setdefault(entry.pop("step"), []).append(entry)
            whole += len(line)
        self._file = place.open("ab", buffering=0)
        self._file.truncate(whole)
        return begun

    def done(self, step: str, entry: Mapping[str, Any]) -> None:
        """Write down one finished piece, in one call of the system."""
        if self._file is not None:
            self._file.write(json.dumps({"step": step, **entry}, ensure_ascii=False).encode() + b"\n")

    def of(self, step: str) -> list[dict[str, Any]]:
        """What was found done of a step."""
        return self.lines.get(step, [])

    def end(self) -> None:
        """The run is over: nothing is there to be taken up any more."""
        self.close()
        (self.folder / "begun.json").unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
