"""The registry: persons, employers, enrolment by type of insurance, found and shown, brought in by the sheet.

``persons``, ``employers`` and ``enrolment`` declare the operations, ``numbers`` checks the numbers of both, ``search``
finds people and shows them, ``intake`` takes a million rows in, ``keys`` seals anew; ``life`` is what befalls people.
"""

from __future__ import annotations
