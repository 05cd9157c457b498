"""An office to try out: people, units of every standing, enrolment histories, opening books, a login of every role.

All of it made up from ``demo.yaml``, and made by the office's own operations, so that every record has its two people
and its place in the sealed chain. ``build`` answers with what ``tongchou office demo --json`` prints.
"""

from __future__ import annotations

from .build import build

__all__ = ["build"]
