"""Who set whose password is kept by the office (``office.password_set``), which took over what stood here."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """The pages keep nothing of passwords."""

    dependencies = [("web", "0001_initial")]
    operations = [migrations.DeleteModel(name="Initial")]
