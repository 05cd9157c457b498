"""Tables of the law as plain data and back: what the counter keeps of a scheme for days of unchanging law.

Only what settling and explaining one claim reads is kept. Conditions and cells are left out, because the generated
source holds them; a version says its value in words instead.
"""

from __future__ import annotations

from .constants import NO_END

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LEFT_OUT = frozenset(["when", "counts_as_admission", "indices"])


class Record:
    """One struct of the tables read back: the same attributes, equal where all of them are."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.__dict__ = fields

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{name} is not kept on a card")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))


def pack(value: Any, start: int, end: int) -> Any:
    """A struct as a dict, tuples as tuples; of dated things only what meets the days [start, end)."""
    from msgspec import Struct

    from .tables import CatalogueEntry, Value

    if isinstance(value, Value):
        return _value(value, start, end)
    if isinstance(value, Struct):
        kept = [f for f in value.__struct_fields__ if f not in LEFT_OUT]
        return {f: pack(getattr(value, f), start, end) for f in kept}
    if isinstance(value, tuple):
        met = [v for v in value if not isinstance(v, CatalogueEntry) or _meets(v, start, end)]
        return tuple(pack(v, start, end) for v in met)
    if value is None or isinstance(value, (int, str)):
        return value
    raise TypeError(f"{type(value).__name__} has no place on a card")


def _meets(dated: Any, start: int, end: int) -> bool:
    return bool(dated.start < end and (dated.end or NO_END) > start)


def _value(value: Any, start: int, end: int) -> dict[str, Any]:
    from .show import version_text

    return {
        "unit": value.unit,
        "versions": tuple(
            {
                "start": v.start,
                "end": v.end,
                "cite": pack(v.cite, start, end),
                "words": version_text(v, value.unit),
            }
            for v in value.versions
            if _meets(v, start, end)
        ),
    }


def unpack(value: Any) -> Any:
    """The tables of ``pack`` as records."""
    if isinstance(value, dict):
        return Record({name: unpack(v) if type(v) in (dict, tuple) else v for name, v in value.items()})
    if isinstance(value, tuple):
        return tuple([unpack(v) if type(v) in (dict, tuple) else v for v in value])
    return value
