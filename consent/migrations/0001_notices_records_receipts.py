"""Notices, the answers to them, and receipts."""

import uuid
from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="ConsentNotice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField(help_text="Markdown, with the campaign's own names filled in")),
                (
                    "sha256",
                    models.CharField(help_text="of the title, an empty line and the text, as UTF-8", max_length=64),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("research", "research to protect children"),
                                ("sharing", "sharing with approved partner institutions"),
                                ("illustration", "shown in publications and talks"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("approval", models.CharField(max_length=100)),
                ("read_by", models.CharField(max_length=200)),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "language"), name="one_notice_per_language"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approval", ""), _negated=True), models.Q(("read_by", ""), _negated=True)
                        ),
                        name="notice_is_approved_and_read",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("decision", models.UUIDField()),
                ("participant", models.UUIDField()),
                ("code_sha256", models.BinaryField(max_length=32, unique=True)),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["participant"], name="receipts_of_a_participant"),
                    models.Index(fields=["decision"], name="receipts_of_a_decision"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentRecord",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("record_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("subject", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "asked"),
                            ("given", "agreed"),
                            ("refused", "not agreed"),
                            ("withdrawn", "withdrawn"),
                            ("revoked", "ended by us"),
                            ("expired", "expired"),
                            ("renewed", "agreed again"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("research", "research to protect children"),
                                ("sharing", "sharing with approved partner institutions"),
                                ("illustration", "shown in publications and talks"),
                            ],
                            max_length=20,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                ("decision", models.UUIDField()),
                ("by", models.CharField(max_length=80)),
                ("method", models.CharField(max_length=20)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "notice",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="consent.consentnotice"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "-id"], name="newest_record_of_a_subject")],
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "decision"), name="one_record_per_subject_and_decision"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["given", "renewed"]), _negated=True),
                            ("scopes__contains", ["research"]),
                            _connector="OR",
                        ),
                        name="consent_in_force_has_research",
                    ),
                ],
            },
        ),
    ]
