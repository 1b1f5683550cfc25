"""The log: entries queued by audit.record(), sealed by COMMIT into one gapless chain, changed by nobody."""

from pathlib import Path
from typing import ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """Irreversible on purpose: no migration ever drops the log."""

    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.RunSQL(SQL),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("action", models.TextField()),
                ("actor", models.TextField()),
                ("subject", models.TextField()),
                ("mentions", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("leaf", models.TextField()),
                ("leaf_hash", models.BinaryField()),
                ("chain", models.BinaryField()),
            ],
            options={"db_table": '"audit"."event"', "ordering": ["index"], "managed": False},
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("one", models.BooleanField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("chain", models.BinaryField()),
            ],
            options={"db_table": '"audit"."head"', "managed": False},
        ),
    ]
