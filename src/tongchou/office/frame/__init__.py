"""The frame every operation of the office runs in; one page tells it: docs/office/operations.md.

``operation`` declares and runs, ``fields`` what an operation takes, ``access`` who may do what where, ``refusal`` how
it is refused, ``secrecy`` seals and masks personal numbers, ``audit`` records and seals the record, ``lawbook`` the law
versions that two people let count, ``staff`` people, roles and tokens, ``areas`` the counties below each area.
"""

from __future__ import annotations
