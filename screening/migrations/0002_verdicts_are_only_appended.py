"""Verdicts and views are appended, never changed: the run-time role may not update or delete them."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Take UPDATE and DELETE on verdicts and views from the run-time role."""

    dependencies: ClassVar = [("screening", "0001_verdicts_and_known_lists")]
    operations: ClassVar = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON screening_verdict, screening_view FROM mpm_app",
            "GRANT UPDATE, DELETE ON screening_verdict, screening_view TO mpm_app",
        )
    ]
