"""What was parked is counted by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0008_what_was_parked"),
        ("contributions", "0005_steps_parked"),
        ("releases", "0011_how_a_crops_try_ended"),
        ("vault", "0001_keys_and_sealed_objects"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="crop",
            index=models.Index(
                condition=models.Q(("parked_at__isnull", False)), fields=["parked_at"], name="crops_parked"
            ),
        ),
    ]
