"""Work on a few threads, results in order. NumPy and pyarrow let go of the interpreter while they work."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_THREADS = 2


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int = _THREADS, ahead: int | None = None
) -> Iterator[Result]:
    """``map`` on a few threads; takes only a few items ahead. An error of ``work`` is raised in its turn."""
    if threads <= 1:
        yield from map(work, items)
        return
    most = 2 * threads if ahead is None else ahead
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > most:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for left in waiting:
                left.cancel()
