"""Who ended a release stands in the log; the archive's digest is its sealed object's."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("releases", "0002_auditors_read_releases")]

    operations: ClassVar = [
        migrations.RemoveField(model_name="release", name="ended_by"),
        migrations.RemoveField(model_name="release", name="archive_sha256"),
    ]
