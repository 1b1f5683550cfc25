"""What was parked is counted by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0007_newest_first"),
        ("contributions", "0005_steps_parked"),
        ("vault", "0001_keys_and_sealed_objects"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="textsearch",
            index=models.Index(
                condition=models.Q(("parked_at__isnull", False)), fields=["parked_at"], name="texts_parked"
            ),
        ),
    ]
