"""The application for a WSGI server; ``server`` runs it under gunicorn."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.interfaces.web.settings")
application = get_wsgi_application()
