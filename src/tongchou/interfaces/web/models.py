"""Django's view of who works here: the office's own table, which Django never makes or alters."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class StaffManager(BaseUserManager["Staff"]):
    """Finds somebody by the login; making somebody is an operation of the office."""


class Staff(AbstractBaseUser):
    """A row of ``office.staff``."""

    name: models.TextField[Any, Any] = models.TextField(primary_key=True)
    shown: models.TextField[Any, Any] = models.TextField()
    is_active: models.BooleanField[Any, Any] = models.BooleanField(default=True, db_column="active")
    demo: models.BooleanField[Any, Any] = models.BooleanField(default=False)

    objects = StaffManager()
    USERNAME_FIELD = "name"
    REQUIRED_FIELDS = ["shown"]

    class Meta:
        managed = False
        # Django puts quotes around the name: so the schema stands before the table.
        db_table = 'office"."staff'
