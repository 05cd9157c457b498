"""Passwords: hashed by Django's hashers and judged by its validators, for pages and command line alike."""

from __future__ import annotations

import os
import secrets

from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.frame.staff import SIGNS


def set_up() -> None:
    """Make Django ready in this process; once is enough, more does no harm."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.interfaces.web.settings")
    django.setup()


def hashed(password: str) -> str:
    """The hash to keep of a password."""
    set_up()
    from django.contrib.auth.hashers import make_password

    return make_password(password)


def refuse_weak(password: str, name: str, shown: str = "") -> None:
    """Raises OfficeRefused: ``password_weak``, in the words of the validators."""
    set_up()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.utils import translation

    from .models import Staff

    said = {}
    for lang, code in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(code):
            try:
                validate_password(password, Staff(name=name, shown=shown))
            except ValidationError as e:
                said[lang] = " ".join(e.messages)
    if said:
        raise OfficeRefused("password_weak", said["zh"], said["en"], "new")


def fresh() -> str:
    """A password to hand over: easy to read out, hard to guess."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(5)) for _ in range(4))
