"""Sendings, photos, marked people, and what the auditor may read of them: never a key, a digest or where a face is."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# What the auditor's desk asks for, column by column.
READ_BY_AUDITORS = """
GRANT SELECT (id, state, language, created_at, participant, sent_at, closed_at)
    ON contributions_contribution TO mpm_auditor;
GRANT SELECT (id, contribution_id, number, state, refusal, nobody, received_at, ready_at, lapsed_at, erased_at)
    ON contributions_photo TO mpm_auditor;
GRANT SELECT (id, photo_id, number, basis, adult_confirmed) ON contributions_person TO mpm_auditor;
GRANT SELECT ON contributions_consentsubject, contributions_withdrawal, contributions_step TO mpm_auditor;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("vault", "0001_keys_and_sealed_objects"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contribution",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "not sent yet"),
                            ("sent", "waiting for the link in the mail"),
                            ("answered", "answered"),
                            ("lapsed", "lapsed"),
                            ("stopped", "stopped and deleted"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("adult_stated_at", models.DateTimeField()),
                ("participant", models.UUIDField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["participant"], name="sendings_of_a_participant")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "stopped", "lapsed"]),
                            models.Q(("participant__isnull", False), ("sent_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="sent_has_participant_and_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("client_key", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "received, being checked"),
                            ("ready", "received"),
                            ("refused", "not a picture we can read"),
                            ("lapsed", "not kept"),
                            ("erased", "deleted"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("refusal", models.CharField(blank=True, max_length=30)),
                ("received_bytes", models.PositiveIntegerField()),
                ("received_sha256", models.CharField(blank=True, max_length=64)),
                ("received_md5", models.CharField(blank=True, max_length=32)),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("content_sha256", models.CharField(blank=True, max_length=64)),
                ("nobody", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ready_at", models.DateTimeField(null=True)),
                ("lapsed_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "contribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="contributions.contribution",
                    ),
                ),
                (
                    "full",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedobject",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.datakey"
                    ),
                ),
                (
                    "preview",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedobject",
                    ),
                ),
                (
                    "preview_key",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.datakey"
                    ),
                ),
                (
                    "received",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.sealedobject"
                    ),
                ),
                (
                    "rendition",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedobject",
                    ),
                ),
                (
                    "thumbnail",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedobject",
                    ),
                ),
            ],
            options={
                "ordering": ["contribution", "number"],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("x", models.FloatField()),
                ("y", models.FloatField()),
                ("age_text", models.CharField(blank=True, max_length=60)),
                ("age_years", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("age_low", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("age_high", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("age_rule", models.CharField(blank=True, max_length=40)),
                ("adult_confirmed", models.BooleanField(default=False)),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("self", "this is me"),
                            ("affirmed", "an adult now, and agreed"),
                            ("under_18", "still under 18"),
                            ("has_died", "has died"),
                            ("cannot_ask", "cannot be asked"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="persons", to="contributions.photo"
                    ),
                ),
            ],
            options={
                "ordering": ["photo", "number"],
            },
        ),
        migrations.CreateModel(
            name="ConsentSubject",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("participant", models.UUIDField()),
                (
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="subjects", to="contributions.photo"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("intake", "after the bytes arrived"),
                            ("consented", "after consent was given"),
                            ("withdrawal", "after use was stopped"),
                        ],
                        max_length=12,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("started_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("parked_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=80)),
                (
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="contributions.photo"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("decision", models.UUIDField()),
                ("stopped_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("erase_from", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="contributions.photo",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.UniqueConstraint(fields=("contribution", "number"), name="photo_number_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.UniqueConstraint(
                fields=("contribution", "client_key"), name="photo_client_key_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True),
                    models.Q(
                        ("full__isnull", False),
                        ("height__isnull", False),
                        ("ready_at__isnull", False),
                        ("rendition__isnull", False),
                        ("thumbnail__isnull", False),
                        ("width__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="ready_photo_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="photo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at__isnull", False), ("state", "erased")),
                    models.Q(models.Q(("state", "erased"), _negated=True), ("erased_at__isnull", True)),
                    _connector="OR",
                ),
                name="erased_photo_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(fields=("photo", "number"), name="person_number_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("x__gte", 0), ("x__lte", 1), ("y__gte", 0), ("y__lte", 1)),
                name="person_is_inside_the_photo",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentsubject",
            constraint=models.UniqueConstraint(
                fields=("participant", "photo"), name="one_subject_per_participant_and_photo"
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True), ("parked_at__isnull", True)),
                fields=["created_at"],
                name="steps_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True)),
                fields=("photo", "phase", "name"),
                name="one_open_step_of_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("erased_at__isnull", True)),
                fields=("photo",),
                name="one_open_withdrawal_per_photo",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("erased_at__isnull", True), _connector="OR"),
                name="withdrawal_ends_one_way",
            ),
        ),
        migrations.RunSQL(READ_BY_AUDITORS, migrations.RunSQL.noop),
    ]
