"""The running form of a scheme: what generated source gives once it has been executed."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any


class Kernel:
    """The running form of one scheme in one window: ``one``, ``fold``, ``fold_year`` and their columns."""

    def __init__(self, text: str, module: ModuleType | dict[str, Any]) -> None:
        get: Callable[[str], Any] = module.get if isinstance(module, dict) else vars(module).get
        self.text = text
        self.inputs: tuple[str, ...] = get("INPUTS")
        self.state: tuple[tuple[str, str, str], ...] = get("STATE")
        self.outputs: tuple[str, ...] = get("OUTPUTS")
        self.paid_by = tuple(o for o in self.outputs if o.startswith("paid_by_"))
        """Columns that split the person's part among payment sources; none: all of it is cash."""
        self.reasons: tuple[str, ...] = get("REASONS")
        self.warnings: tuple[str, ...] = get("WARNINGS")
        self.lead: tuple[Any, ...] = ()
        """What the folds take after ``lo, hi``: the numbers of the law, where the source has only its shape."""
        self.one: Any = get("one")
        self.fold: Any = get("fold")
        self.fold_year: Any = get("fold_year")
