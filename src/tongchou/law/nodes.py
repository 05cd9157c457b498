"""YAML as text with places: every scalar stays text, every key and value knows its line.

Nothing is guessed from a bare word: typed reading happens where the type is known (``reader``), so 0.1
never passes through a float and ``no`` is never False. Refused outright: duplicate keys, bare
on/off/yes/no/true/false as keys, anchors, aliases, tags, several documents, depth over 40.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from msgspec import Struct

from .findings import Finding, LawError, Place

MAX_DEPTH = 40
MAX_BYTES = 4_000_000
TRUTH_WORDS = frozenset(["on", "off", "yes", "no", "true", "false", "y", "n", "null", "~"])

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(Struct, frozen=True):
    text: str
    plain: bool
    place: Place


class Seq(Struct, frozen=True):
    items: tuple[Node, ...]
    place: Place


class Map(Struct, frozen=True):
    items: dict[str, Node]
    key_places: dict[str, Place]
    place: Place


Node = Scalar | Seq | Map


class _Open:
    """A collection being read."""

    def __init__(self, place: Place, is_map: bool) -> None:
        self.place, self.is_map = place, is_map
        self.items: list[Node] = []
        self.keys: list[tuple[str, Place]] = []


def _refuse(code: str, place: Place, expected: str, found: str, fix: str = "", other: Place | None = None) -> LawError:
    return LawError([Finding(code, place, "file", expected, found, fix, other)])


def read_file(path: Path, name: str | None = None) -> Node:
    """Read one YAML file; raises LawError (``law_unreadable``, ``not_yaml``, …) with its line."""
    file = name or str(path)
    try:
        raw = path.read_bytes()
    except OSError as e:
        raise _refuse("law_unreadable", Place(file, 1), "a readable file", str(e.strerror or e)) from e
    return read_text(raw, file)


def read_text(raw: bytes, file: str) -> Node:
    """Read YAML bytes into nodes."""
    if len(raw) > MAX_BYTES:
        raise _refuse("law_unreadable", Place(file, 1), f"at most {MAX_BYTES} bytes", f"{len(raw)} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = raw[: e.start].count(b"\n") + 1
        raise _refuse("law_not_utf8", Place(file, line), "UTF-8", f"byte {raw[e.start]:#x}", "save it as UTF-8") from e
    try:
        return _build(text, file)
    except yaml.MarkedYAMLError as e:
        line = min(e.problem_mark.line + 1, max(len(text.splitlines()), 1)) if e.problem_mark else 1
        begun = f" {e.context} of line {e.context_mark.line + 1}" if e.context and e.context_mark else ""
        raise _refuse(
            "not_yaml",
            Place(file, line),
            "well-formed YAML",
            str(e.problem or e.context).removeprefix("found ") + begun,
        ) from e
    except yaml.YAMLError as e:
        raise _refuse("not_yaml", Place(file, 1), "well-formed YAML", str(e).splitlines()[0]) from e


def _build(text: str, file: str) -> Node:
    stack: list[_Open] = []
    root: Node | None = None
    documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        place = Place(file, (event.start_mark.line if event.start_mark else 0) + 1)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refuse("not_yaml", place, "one document", "a second one (---)")
            continue
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refuse("yaml_alias", place, "plain values", "an anchor or alias", "write the value out")
        if tag := getattr(event, "tag", None):
            raise _refuse("yaml_tag", place, "plain values", f"the tag {tag}", "leave the tag out")
        if isinstance(event, yaml.ScalarEvent):
            plain = bool(event.implicit[0]) and event.style in (None, "")
            node: Node = Scalar(event.value, plain, place)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(stack) >= MAX_DEPTH:
                raise _refuse("not_yaml", place, f"at most {MAX_DEPTH} levels", "more")
            stack.append(_Open(place, isinstance(event, yaml.MappingStartEvent)))
            continue
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            node = _close(stack.pop())
        else:
            continue
        if stack:
            _put(stack[-1], node)
        else:
            root = node
    if root is None:
        raise _refuse("law_empty", Place(file, 1), "a mapping", "an empty file")
    return root


def _put(top: _Open, node: Node) -> None:
    if top.is_map and len(top.items) == len(top.keys):
        if not isinstance(node, Scalar):
            raise _refuse("not_yaml", node.place, "a word as key", "a collection as key")
        if node.plain and node.text.lower() in TRUTH_WORDS:
            raise _refuse(
                "truth_key",
                node.place,
                "a name as key",
                f"the bare word {node.text!r}",
                "a YAML reader takes it for true or false; use another name or quote it",
            )
        first = next((place for key, place in top.keys if key == node.text), None)
        if first is not None:
            raise _refuse(
                "duplicate_key",
                node.place,
                "each key once",
                f"{node.text!r} again",
                "keep one of the two",
                first,
            )
        top.keys.append((node.text, node.place))
    else:
        top.items.append(node)


def _close(top: _Open) -> Node:
    if not top.is_map:
        return Seq(tuple(top.items), top.place)
    names = [key for key, _ in top.keys]
    return Map(dict(zip(names, top.items, strict=True)), dict(top.keys), top.place)
