"""Whom an entry is about, as rows that pages are read from; and times that never fall.

What the regular verification found is no longer a table: the log's keeper signs it.
"""

from pathlib import Path
from typing import ClassVar

from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """Irreversible like the log's first migration."""

    dependencies: ClassVar = [("audit", "0002_verification_results")]
    operations: ClassVar = [
        migrations.RunSQL(
            SQL,
            state_operations=[
                migrations.RemoveField("event", "mentions"),
                migrations.AddField("head", "at", models.DateTimeField(), preserve_default=False),
                migrations.CreateModel(
                    name="Mention",
                    fields=[
                        ("pk", models.CompositePrimaryKey("mentioned", "index")),
                        ("mentioned", models.TextField(db_column="id")),
                        ("index", models.BigIntegerField()),
                        ("action", models.TextField()),
                    ],
                    options={"db_table": '"audit"."mention"', "ordering": ["mentioned", "index"], "managed": False},
                ),
            ],
        ),
        migrations.DeleteModel("Verification"),
    ]
