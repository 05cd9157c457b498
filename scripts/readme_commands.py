"""Run the commands that README.md shows, so that it cannot promise what does not work.

    python scripts/readme_commands.py [FILE] [--list]

Every fenced ``sh`` block is run by bash from the project's root, without a terminal, and stops at the first
command that fails. A block after a line ``<!-- not in CI -->`` is left out. Blocks run in order and share
files, not variables. Exit status 1 if a block failed, or the file has none.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = "<!-- not in CI -->"


@dataclass(frozen=True)
class Block:
    """Commands between two fences; ``line`` is that of the first command."""

    line: int
    text: str
    left_out: bool


def blocks(text: str) -> list[Block]:
    """The ``sh`` blocks of a Markdown text. Raises ValueError for one that does not end."""
    found: list[Block] = []
    fence, start, inside, before = "", 0, [], ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not fence and bare.startswith("```"):
            fence, start, inside = bare, number + 1, []
        elif fence and bare == "```":
            if fence == "```sh":
                found.append(Block(start, "\n".join(inside), before == LEFT_OUT))
            fence, before = "", ""
        elif fence:
            inside.append(line)
        elif bare:
            before = bare
    if fence:
        raise ValueError(f"the block that begins on line {start - 1} has no end")
    return found


def run(block: Block, path: Path) -> bool:
    """Run one block; whether it succeeded."""
    print(f"== {path.name}:{block.line}\n{block.text}", flush=True)
    begun = time.monotonic()
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.text], cwd=ROOT, stdin=subprocess.DEVNULL, env=os.environ, check=False
    )
    print(
        f"== {'done' if done.returncode == 0 else f'FAILED with exit status {done.returncode}'}"
        f" after {time.monotonic() - begun:.1f} s\n",
        flush=True,
    )
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the commands that README.md shows.")
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "README.md")
    parser.add_argument("--list", action="store_true", help="print the commands, run nothing")
    given = parser.parse_args()
    try:
        found = blocks(given.file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        print(f"{given.file}: {e}", file=sys.stderr)
        return 1
    chosen = [b for b in found if not b.left_out]
    if given.list:
        print("\n\n".join(f"# line {b.line}{'  (not in CI)' if b.left_out else ''}\n{b.text}" for b in found))
        return 0
    if not chosen:
        print(f"{given.file}: no sh block to run", file=sys.stderr)
        return 1
    failed = [b for b in chosen if not run(b, given.file)]
    for b in failed:
        print(f"{given.file.name}:{b.line}: this block failed", file=sys.stderr)
    good, left_out = len(chosen) - len(failed), len(found) - len(chosen)
    print(f"{good} of {len(chosen)} blocks succeeded, {left_out} left out")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
