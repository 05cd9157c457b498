"""Long work behind the pages: started in the transaction that asks for it, with progress, cancelled, resumed.

``queue`` keeps jobs and hands them to procrastinate (a queue in the same PostgreSQL); ``worker`` does them, seals the
record every second, and takes up again what a worker that died left running. A kind of work is a function under
``@long_work`` that tells its progress after each committed part, and goes on after what is done.
"""

from __future__ import annotations

from .queue import KINDS, Cancelled, Job, Task, cancel, find, listing, long_work, resume, start

__all__ = ["KINDS", "Cancelled", "Job", "Task", "cancel", "find", "listing", "long_work", "resume", "start"]
