"""A note was written about the picture in free words, so it is emptied with it; nothing else of a reading changes."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Give the run-time role UPDATE on that one column."""

    dependencies: ClassVar = [("annotation", "0002_readings_are_only_appended")]
    operations: ClassVar = [
        migrations.RunSQL(
            "GRANT UPDATE (exclusion_note) ON annotation_reading TO mpm_app",
            "REVOKE UPDATE (exclusion_note) ON annotation_reading FROM mpm_app",
        )
    ]
