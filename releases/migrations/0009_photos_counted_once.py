"""How many photos a release has is kept with it; every download has its delivery."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

COUNT = """
UPDATE releases_release SET photos = (
    SELECT count(*) FROM releases_item
    WHERE release_id = releases_release.id
        AND (dropped_at IS NULL OR dropped_at >= releases_release.built_at)
) WHERE frozen_at IS NOT NULL
"""


class Migration(migrations.Migration):
    """One column, filled from the items."""

    dependencies: ClassVar = [("releases", "0008_items_dropped")]
    operations: ClassVar = [
        migrations.AddField(model_name="release", name="photos", field=models.PositiveIntegerField(default=0)),
        # What curators fetched before there were deliveries stands in the log.
        migrations.RunSQL("DELETE FROM releases_download WHERE delivery_id IS NULL", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="download",
            name="delivery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="downloads", to="releases.delivery"
            ),
        ),
        migrations.AlterField(model_name="download", name="path", field=models.CharField(max_length=120)),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
