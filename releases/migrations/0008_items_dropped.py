"""What left releases is found without reading all that stands in them: waiting withdrawals are asked often."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of the few items that left."""

    dependencies: ClassVar = [("releases", "0007_receiving")]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("dropped_at__isnull", False)), fields=["dropped_at"], name="items_dropped"
            ),
        ),
    ]
