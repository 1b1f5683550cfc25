"""A known list says of what its hashes are, in the words of whoever keeps it."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("screening", "0007_entries_of_exchanges")]

    operations: ClassVar = [
        migrations.AddField(model_name="knownlist", name="material", field=models.CharField(blank=True, max_length=60)),
    ]
