"""How the last try of a crop ended: one that kills its worker is parked sooner than one that fails."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, empty for those that wait."""

    dependencies: ClassVar = [("releases", "0010_what_is_told_of_crops")]
    operations: ClassVar = [
        migrations.AddField("crop", "error", models.CharField(max_length=80, blank=True, db_default="")),
    ]
