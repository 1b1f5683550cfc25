"""Readings are appended, never changed: the run-time role may not update or delete them."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Take UPDATE and DELETE on readings from the run-time role."""

    dependencies: ClassVar = [("annotation", "0001_tasks_and_readings")]
    operations: ClassVar = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON annotation_reading, annotation_readingperson FROM mpm_app",
            "GRANT UPDATE, DELETE ON annotation_reading, annotation_readingperson TO mpm_app",
        )
    ]
