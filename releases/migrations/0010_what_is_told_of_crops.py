"""What is told of a crop in every release is kept with it, and filled for those that are cut."""

from typing import Any, ClassVar

from django.db import migrations, models

from releases.migrations._told_by_0010 import told

AT_ONCE = 500
KEEP = """
UPDATE releases_crop SET told = new.told
  FROM unnest(%s::bigint[], %s::text[]) new (reading, told) WHERE reading_id = new.reading
"""


def fill(apps: Any, editor: Any) -> None:
    """Work out what is told of each crop, those that were dropped included: older releases may hold them."""
    crops = apps.get_model("releases", "Crop").objects
    cut = crops.filter(width__isnull=False, photo__width__isnull=False, told="")
    while some := list(cut.select_related("reading", "photo").prefetch_related("reading__persons")[:AT_ONCE]):
        kept = {crop.pk: _told(crop) for crop in some}
        with editor.connection.cursor() as cursor:
            cursor.execute(KEEP, [list(kept), list(kept.values())])


def _told(crop: Any) -> str:
    of, cut = (crop.photo.width, crop.photo.height), (crop.width, crop.height)
    return told(crop.reading, of=of, cut=cut, covered=crop.covered)


class Migration(migrations.Migration):
    """One column, filled from the readings."""

    dependencies: ClassVar = [
        ("annotation", "0007_newest_first"),
        ("contributions", "0004_coverage_count"),
        ("releases", "0009_photos_counted_once"),
        ("vault", "0001_keys_and_sealed_objects"),
    ]
    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="crop", name="a_crop_is_whole"),
        migrations.AddField(model_name="crop", name="told", field=models.TextField(blank=True, db_default="")),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="crop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cut_at__isnull", True),
                    ("dropped_at__isnull", False),
                    models.Q(
                        ("height__isnull", False),
                        ("sealed__isnull", False),
                        ("width__isnull", False),
                        models.Q(("told", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_crop_is_whole",
            ),
        ),
    ]
