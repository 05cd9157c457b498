"""The application as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The office's pages."""

    name = "tongchou.interfaces.web"
    label = "web"
    verbose_name = "统筹经办"
