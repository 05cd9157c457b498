"""What a password must be, beside what Django judges."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language


class LongEnough:
    """A password of so many signs; Django's own says it in English only, its Chinese lacks that sentence."""

    def __init__(self, min_length: int = 10) -> None:
        self.least = min_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError, in the language of the request."""
        if len(password) < self.least:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        """The rule, in the language of the request."""
        chinese = (get_language() or "").startswith("zh")
        return f"密码至少 {self.least} 个字符。" if chinese else f"A password has at least {self.least} characters."
