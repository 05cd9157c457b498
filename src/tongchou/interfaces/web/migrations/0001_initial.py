"""The office's staff as Django sees it (no table of its own), and passwords that are to be changed."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of the pages themselves, in the schema ``web``."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Staff",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("shown", models.TextField()),
                ("is_active", models.BooleanField(db_column="active", default=True)),
                ("demo", models.BooleanField(default=False)),
            ],
            options={"db_table": 'office"."staff', "managed": False},
        ),
        migrations.CreateModel(
            name="Initial",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("set_by", models.TextField()),
                ("set_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"db_table": "initial_password"},
        ),
    ]
