"""A progress bar on stderr: each step with rows done, rows in all and rows a second. On a terminal only."""

from __future__ import annotations

from typing import Any

LABELS = {
    "read": ("读取", "reading"),
    "settle": ("结算", "settling"),
    "write": ("写出", "writing"),
    "ask": ("计算", "asking"),
    "employers": ("登记单位", "employers"),
    "people": ("登记人员", "people"),
    "enrolments": ("登记参保", "enrolments"),
    "standings": ("单位状况", "standings"),
    "books": ("记账", "books"),
}


class Progress:
    """Shows ``tell(step, done, of)``; silent where ``shown`` is false."""

    def __init__(self, shown: bool, lang: str = "zh") -> None:
        self.bar: Any = None
        self.tasks: dict[str, Any] = {}
        self.en = lang == "en"
        if shown:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            self.bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.completed:,.0f} / {task.total:,.0f}"),
                TextColumn("{task.fields[rate]}"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )

    def __enter__(self) -> Progress:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()

    def tell(self, step: str, done: int, of: int) -> None:
        """Step ``step`` has done ``done`` rows of ``of``."""
        if not self.bar:
            return
        if step not in self.tasks:
            self.tasks[step] = self.bar.add_task(LABELS[step][self.en], total=of, rate="")
        self.bar.update(self.tasks[step], completed=done, total=max(of, 1), rate=self.rate(step, done))

    def rate(self, step: str, done: int) -> str:
        """Rows a second of a step, in words."""
        elapsed = next((t.elapsed for t in self.bar.tasks if t.id == self.tasks[step]), None)
        if not elapsed or not done:
            return ""
        return f"{done / elapsed:,.0f} rows/s" if self.en else f"{done / elapsed:,.0f} 行/秒"
