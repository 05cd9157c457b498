"""Conditions of a benefit, each with the figure that asks for it and a reason where it is not met."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongchou.law.figures import Figure

    from .reckoning import Reckoning


class Condition:
    """One condition: its code, whether it is met (None: not said) and the figure that asks for it."""

    __slots__ = ("code", "figure", "met")

    def __init__(self, code: str, met: bool | None, figure: Figure) -> None:
        self.code, self.met, self.figure = code, met, figure

    @property
    def reason(self) -> str:
        """Why it stands in the way: ``<code>_lacks``, or ``<code>_not_said``; empty where it is met."""
        return "" if self.met else f"{self.code}_{'not_said' if self.met is None else 'lacks'}"


def reasons(conditions: Iterable[Condition]) -> list[str]:
    """Every reason that stands in the way, in order; empty: all conditions are met."""
    return [c.reason for c in conditions if c.reason]


def say_conditions(law: Reckoning, conditions: Iterable[Condition]) -> None:
    """Note each condition as a step."""
    for c in conditions:
        said = {True: "condition_met", False: "condition_lacks", None: "condition_not_said"}[c.met]
        law.say(said, c.figure, condition=c.code)
