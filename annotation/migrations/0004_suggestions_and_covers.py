import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0003_notes_go_with_the_photo"),
        ("contributions", "0004_coverage_count"),
        ("vault", "0001_keys_and_sealed_objects"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadingCover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("left", models.FloatField()),
                ("top", models.FloatField()),
                ("right", models.FloatField()),
                ("bottom", models.FloatField()),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="covers", to="annotation.reading"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bottom__lte", 1),
                            ("left__gte", 0),
                            ("right__lte", 1),
                            ("top__gte", 0),
                            ("left__lt", models.F("right")),
                            ("top__lt", models.F("bottom")),
                        ),
                        name="cover_is_inside_the_photo",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("face", "a face"), ("text", "text on the print")], max_length=4)),
                ("left", models.FloatField()),
                ("top", models.FloatField()),
                ("right", models.FloatField()),
                ("bottom", models.FloatField()),
                ("score", models.FloatField()),
                ("model", models.CharField(max_length=60)),
                (
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="contributions.photo",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["photo", "kind"], name="suggestions_of_a_photo")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bottom__lte", 1),
                            ("left__gte", 0),
                            ("right__lte", 1),
                            ("top__gte", 0),
                            ("left__lt", models.F("right")),
                            ("top__lt", models.F("bottom")),
                        ),
                        name="suggestion_is_inside_the_photo",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TextSearch",
            fields=[
                (
                    "photo",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="text_search",
                        serialize=False,
                        to="contributions.photo",
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("started_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
                ("shown_at", models.DateTimeField(null=True)),
                (
                    "read",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedobject",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)), fields=["asked_at"], name="texts_to_look_for"
                    )
                ],
            },
        ),
        # Appended, never changed.
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON annotation_readingcover FROM mpm_app",
            "GRANT UPDATE, DELETE ON annotation_readingcover TO mpm_app",
        ),
    ]
