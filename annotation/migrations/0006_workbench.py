"""Stages, four corners, boxes, ranges of ages, words of a description, comparisons, keys, questions."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import annotation.models.readings


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_roles"),
        ("annotation", "0005_suggested_and_parked"),
        ("contributions", "0004_coverage_count"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comparison",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "differences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("figures", models.JSONField(default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="KeyMap",
            fields=[
                (
                    "staff",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("keys", models.JSONField(default=dict)),
                ("letters_off", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Search",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("criteria", models.JSONField(default=dict)),
                ("found", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="reading",
            name="crop_is_inside_the_photo",
        ),
        migrations.RemoveConstraint(
            model_name="readingperson",
            name="read_age_is_an_age",
        ),
        migrations.RemoveIndex(
            model_name="task",
            name="open_tasks",
        ),
        migrations.AddField(
            model_name="reading",
            name="adopts",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="annotation.reading"
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="answer",
            field=models.CharField(
                choices=[
                    ("people", "read"),
                    ("excluded", "excluded"),
                    ("undecided", "cannot decide"),
                    ("taken_back", "taken back"),
                ],
                default="people",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="corners",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.FloatField(), default=annotation.models.readings.whole, size=8
            ),
        ),
        migrations.RenameField(model_name="reading", old_name="exclusion_note", new_name="note"),
        migrations.AddField(
            model_name="reading",
            name="people_count",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="reading",
            name="stage",
            field=models.CharField(
                choices=[
                    ("first", "first reading"),
                    ("second", "second opinion"),
                    ("settling", "adjudication"),
                    ("done", "nothing more"),
                ],
                default="first",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="takes_back",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taken_back",
                to="annotation.reading",
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="terms",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="readingperson",
            name="age_high",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=5),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="readingperson",
            name="age_low",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=5),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="readingperson",
            name="bottom",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="readingperson",
            name="left",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="readingperson",
            name="right",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="readingperson",
            name="top",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="first_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="meant_for",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="stage",
            field=models.CharField(
                choices=[
                    ("first", "first reading"),
                    ("second", "second opinion"),
                    ("settling", "adjudication"),
                    ("done", "nothing more"),
                ],
                default="first",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="waiting_since",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        # What was read so far, in the new words: an upright crop is four corners, an age without a range its own range.
        migrations.RunSQL(
            """
            UPDATE annotation_reading AS reading SET
                corners = ARRAY[crop_left, crop_top, crop_right, crop_top,
                                crop_right, crop_bottom, crop_left, crop_bottom],
                answer = CASE WHEN exclusion = '' THEN 'people' ELSE 'excluded' END,
                people_count = (SELECT count(*) FROM annotation_readingperson WHERE reading_id = reading.id);
            UPDATE annotation_readingperson SET age_low = age_years, age_high = age_years;
            UPDATE annotation_task SET waiting_since = created_at, stage = CASE WHEN state = 'read' THEN 'done'
                WHEN state = 'given_back' AND id IN (SELECT task_id FROM annotation_reading) THEN 'done'
                ELSE 'first' END;
            UPDATE annotation_task AS task SET first_by_id = (
                SELECT by_id FROM annotation_reading WHERE task_id = task.id ORDER BY id LIMIT 1);
            SET CONSTRAINTS ALL IMMEDIATE;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(
            model_name="reading",
            name="crop_bottom",
        ),
        migrations.RemoveField(
            model_name="reading",
            name="crop_left",
        ),
        migrations.RemoveField(
            model_name="reading",
            name="crop_right",
        ),
        migrations.RemoveField(
            model_name="reading",
            name="crop_top",
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["by", "-at"], name="readings_of_a_person"),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["at"], name="readings_by_time"),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=django.contrib.postgres.indexes.GinIndex(fields=["terms"], name="readings_by_term"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("stage__in", ("first", "second")), ("state", "open")),
                fields=["-priority", "order"],
                include=("first_by", "meant_for"),
                name="open_tasks",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("stage", "settling"), ("state", "open")),
                fields=["-priority", "order"],
                name="tasks_to_settle",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(condition=models.Q(("corners__len", 8)), name="reading_has_four_corners"),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "excluded"), models.Q(("exclusion", ""), _negated=True)),
                    models.Q(models.Q(("answer", "excluded"), _negated=True), ("exclusion", "")),
                    _connector="OR",
                ),
                name="excluded_is_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "taken_back"), ("takes_back__isnull", False)),
                    models.Q(models.Q(("answer", "taken_back"), _negated=True), ("takes_back__isnull", True)),
                    _connector="OR",
                ),
                name="taking_back_names_a_reading",
            ),
        ),
        migrations.AddConstraint(
            model_name="readingperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("bottom__isnull", True), ("left__isnull", True), ("right__isnull", True), ("top__isnull", True)
                    ),
                    models.Q(
                        ("bottom__lte", 1),
                        ("left__gte", 0),
                        ("left__lt", models.F("right")),
                        ("right__lte", 1),
                        ("top__gte", 0),
                        ("top__lt", models.F("bottom")),
                    ),
                    _connector="OR",
                ),
                name="box_of_a_person_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="readingperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("age_high__lt", 130),
                    ("age_low__gte", 0),
                    ("age_low__lte", models.F("age_years")),
                    ("age_years__lte", models.F("age_high")),
                ),
                name="read_age_is_an_age",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "given_back"),
                    models.Q(("stage", "done"), ("state", "read")),
                    models.Q(models.Q(("state", "read"), _negated=True), models.Q(("stage", "done"), _negated=True)),
                    _connector="OR",
                ),
                name="read_is_when_nothing_more_is_asked",
            ),
        ),
        migrations.AddField(
            model_name="comparison",
            name="first",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="annotation.reading"
            ),
        ),
        migrations.AddField(
            model_name="comparison",
            name="second",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="comparison", to="annotation.reading"
            ),
        ),
        migrations.AddField(
            model_name="search",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="comparison",
            index=models.Index(fields=["at"], name="comparisons_by_time"),
        ),
        migrations.AddIndex(
            model_name="search",
            index=models.Index(fields=["by", "-at"], name="searches_of_a_person"),
        ),
        migrations.AddIndex(
            model_name="search",
            index=models.Index(fields=["at"], name="searches_by_time"),
        ),
        # Comparisons are appended, and a question once asked stands.
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON annotation_comparison, annotation_search FROM mpm_app",
            "GRANT UPDATE, DELETE ON annotation_comparison, annotation_search TO mpm_app",
        ),
    ]
