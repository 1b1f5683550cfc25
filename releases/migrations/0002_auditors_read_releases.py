"""The auditor's desk counts releases by state."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Reading releases, for the auditor's role alone."""

    dependencies: ClassVar = [("releases", "0001_releases_items_public_ids")]
    operations: ClassVar = [
        migrations.RunSQL(
            "GRANT SELECT ON releases_release TO mpm_auditor", "REVOKE SELECT ON releases_release FROM mpm_auditor"
        )
    ]
