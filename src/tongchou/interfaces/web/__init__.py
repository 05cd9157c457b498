"""The office in a browser and for programs: pages below ``/office/``, a JSON interface below ``/api/``.

``server`` starts it, ``settings`` names what it takes from the environment, ``guard`` lets in and refuses, ``lists`` is
the frame of every list page, ``forms`` and ``answers`` draw an operation, ``views`` holds the pages, ``api`` the JSON.
No page writes a table: every change is an operation of the office.
"""

from __future__ import annotations
