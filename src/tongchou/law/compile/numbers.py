"""Numbers of the law in generated source: written in place, or read from an argument."""

from __future__ import annotations


class Numbers:
    """``loose``: every amount, rate and factor is ``v[k]``, so that schemes of one shape share one source."""

    def __init__(self, loose: bool = False) -> None:
        self.loose = loose
        self.values: list[int] = []
        """What ``v`` holds, in order of appearance."""

    def text(self, number: int) -> str:
        """The number as source."""
        if not self.loose:
            return str(number)
        self.values.append(number)
        return f"v[{len(self.values) - 1}]"
