"""When a delivery's link was mailed, and how many photos a recipient says are left."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns of tables that are still empty."""

    dependencies: ClassVar = [("releases", "0006_shards_recipients_notices")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="delivery",
            name="sent_at",
            field=models.DateTimeField(help_text="its link was mailed", null=True),
        ),
        migrations.AddField(
            model_name="prunereport",
            name="left",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
    ]
