"""What a person of a hardship group is entitled to, by clause: the law's own list of supports and their identities."""

from __future__ import annotations

from ..reckoning import Reckoning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tongchou.law.figures import Figure

IDENTITIES = ("registered_poor", "minimum_allowance", "destitute")
PREFIX = "support_"
"""Every figure of the subject ``welfare`` that begins so is one support: a flag by identity."""


class Support:
    """One support: its code, the identities of the person it rests on, those it is for, the figure that says so."""

    __slots__ = ("code", "figure", "for_", "through", "title")

    def __init__(self, code: str, title: str, figure: Figure, through: tuple[str, ...], for_: tuple[str, ...]) -> None:
        self.code, self.title, self.figure, self.through, self.for_ = code, title, figure, through, for_

    @property
    def eligible(self) -> bool:
        """Whether the person has it."""
        return bool(self.through)


def supports(law: Reckoning, identity: tuple[str, ...], day: int) -> list[Support]:
    """Every support encoded for the day, whether the person has it or not; empty, with a warning, where none is."""
    found = []
    for name in law.figures.names("welfare"):
        full = f"welfare.{name}"
        if not name.startswith(PREFIX) or not law.has(full, day):
            continue
        groups = tuple(i for i in IDENTITIES if law.figures.at(full, day, identity=i).true)
        figure = law.figure(full, day, identity=identity)
        through = tuple(i for i in identity if i in groups)
        code = name[len(PREFIX) :]
        title = law.figures.title(full)
        law.say("support_given" if through else "support_not_given", figure, support=code, groups=through or groups)
        found.append(Support(code, title, figure, through, groups))
    if not found:
        law.warn("not_encoded", what="supports")
    return found
