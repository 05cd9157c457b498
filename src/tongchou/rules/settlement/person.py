"""Several claims of one person at the counter, one after the other: each meets the totals the earlier ones left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tongchou.law.tables import ROLLING, Scheme

from .calendar import period
from .counter import Settlement, SlotKey, settle_one

Address = tuple[str, str, str, object, int]
"""Where a total stands: its slot (name, period, key), which period it is, the value of the key."""


class _Met(Mapping[SlotKey, int]):
    """The totals that one claim meets, by slot: looked up as the kernel asks, which alone knows its slots."""

    def __init__(self, totals: Mapping[Address, int], place: Callable[[SlotKey], Address]) -> None:
        self.totals, self.place = totals, place

    def __getitem__(self, slot: SlotKey) -> int:
        place = self.place(slot)
        if not slot[1].startswith(ROLLING):
            return self.totals.get(place, 0)
        name, per, key, last, value = place
        assert isinstance(last, int)
        first = last - int(per.removeprefix(ROLLING)) + 1
        return sum(self.totals.get((name, per, key, day, value), 0) for day in range(first, last + 1))

    def __iter__(self) -> Iterator[SlotKey]:
        return ((name, per, key) for name, per, key, _, _ in self.totals)

    def __len__(self) -> int:
        return len(self.totals)


class OnePerson:
    """Running totals of one person under one scheme. Claims come in the order in which they are settled.

    ``opening``: totals by slot that the first claim meets.
    """

    def __init__(self, scheme: Scheme, opening: Mapping[SlotKey, int] | None = None) -> None:
        self.scheme = scheme
        self._opening = dict(opening or {})
        self._totals: dict[Address, int] = {}
        self._effects: dict[str, dict[Address, int]] = {}
        self._settled: dict[str, Settlement] = {}
        self._open: dict[tuple[int, str], int] = {}
        self._stays = 0

    def settle(self, claim: Mapping[str, int], claim_id: str = "", episode: str = "") -> Settlement:
        """Settle the next claim (kernel inputs, as ``settle_one`` takes them), traced."""
        stay = self._stay(claim, episode)
        for slot, amount in self._opening.items():
            place = self._place(slot, claim, stay, episode)
            self._totals[place] = self._totals.get(place, 0) + amount
        self._opening = {}
        met = _Met(self._totals, lambda slot: self._place(slot, claim, stay, episode))
        got = settle_one(self.scheme, claim, met, traced=True)
        effects = {met.place(slot): after - met[slot] for slot, after in got.totals.items()}
        for place, change in effects.items():
            self._totals[place] = self._totals.get(place, 0) + change
        if claim_id:
            self._settled[claim_id], self._effects[claim_id] = got, effects
        return got

    def reverse(self, claim_id: str) -> Settlement:
        """Undo an earlier claim: its amounts with the sign turned, its changes of every total taken back.

        Raises KeyError for a claim that was not settled here, or is undone already.
        """
        got = self._settled.pop(claim_id)
        for place, amount in self._effects.pop(claim_id).items():
            self._totals[place] -= amount
        return Settlement({k: -v for k, v in got.amounts.items()}, got.reason, got.warnings, {})

    def _stay(self, claim: Mapping[str, int], episode: str) -> int:
        """Number of the stay: a run of interim rows of one category and episode, and the row that closes it."""
        course = claim["category"], episode
        stay = self._open.pop(course, -1)
        if stay < 0:
            stay = self._stays
            self._stays += 1
        if claim.get("interim"):
            self._open[course] = stay
        return stay

    def _place(self, slot: SlotKey, claim: Mapping[str, int], stay: int, episode: str) -> Address:
        name, per, key = slot
        if per == "visit":
            which: object = stay
        elif per == "episode":
            which = episode or stay
        elif per.startswith(ROLLING):  # kept by day; a claim meets the days of its window
            which = claim["day"]
        else:
            which = period(claim["day"], per, self.scheme.year_starts)
        value = claim[key] if key else 0
        if key == "rank" and value < 0:  # an absent rank follows from the level, as it is settled
            value = max(claim["level"], 1) - 1
        return name, per, key, which, value
