"""Releases in shards, of pictures rendered once; who receives them, and what they are told to delete."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

DESTROY_ARCHIVES = """
    UPDATE releases_release SET state = 'aborted', ended_at = now(), end_reason = 'format'
        WHERE state IN ('frozen', 'built');
    UPDATE releases_release SET state = 'superseded', ended_at = now() WHERE state = 'published';
    UPDATE vault_sealedobject SET dropped_at = now()
        WHERE dropped_at IS NULL AND key_id IN (SELECT archive_key_id FROM releases_release);
    UPDATE vault_datakey SET wrapped = NULL, destroyed_at = now()
        WHERE destroyed_at IS NULL AND id IN (SELECT archive_key_id FROM releases_release)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0007_newest_first"),
        ("contributions", "0004_coverage_count"),
        ("releases", "0005_updates"),
        ("vault", "0001_keys_and_sealed_objects"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # An archive of one piece is built no more. Nobody could destroy it once no row names its key, so it goes first.
        migrations.RunSQL(DESTROY_ARCHIVES, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Crop",
            fields=[
                (
                    "reading",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="crop",
                        serialize=False,
                        to="annotation.reading",
                    ),
                ),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("covered", models.JSONField(default=list)),
                ("refused", models.BooleanField(default=False)),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("cut_at", models.DateTimeField(null=True)),
                (
                    "dropped_at",
                    models.DateTimeField(help_text="its reading counts no more, or its photo left", null=True),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("parked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("token_sha256", models.BinaryField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="NoticeItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.CreateModel(
            name="PruneReport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("notice_number", models.PositiveIntegerField()),
                ("document", models.TextField()),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("institution", models.CharField(max_length=200)),
                ("contact", models.CharField(max_length=120)),
                ("address", models.EmailField(max_length=254)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("own", "the institution's own research"),
                            ("partners", "approved partner institutions"),
                        ],
                        max_length=12,
                    ),
                ),
                ("agreement", models.CharField(help_text="the agreement's reference", max_length=120)),
                ("agreement_until", models.DateField()),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("approved_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ReleaseFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=120)),
                ("is_paper", models.BooleanField()),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["path"],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("notice_number", models.PositiveIntegerField()),
                ("step", models.PositiveSmallIntegerField()),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Shard",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("own", "the institution's own research"),
                            ("partners", "approved partner institutions"),
                        ],
                        max_length=12,
                    ),
                ),
                ("slot", models.PositiveIntegerField()),
                ("recipe", models.CharField(max_length=64)),
                ("planned_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("claim", models.UUIDField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("parked_at", models.DateTimeField(null=True)),
                ("built_at", models.DateTimeField(null=True)),
                ("size", models.BigIntegerField(help_text="bytes of the tar file", null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("project", models.CharField(max_length=200)),
                ("model", models.CharField(blank=True, max_length=200)),
                ("report", models.URLField(blank=True, max_length=300)),
                ("told_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WithdrawalNotice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("own", "the institution's own research"),
                            ("partners", "approved partner institutions"),
                        ],
                        max_length=12,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("text", models.TextField()),
                ("signature", models.BinaryField(max_length=64)),
            ],
        ),
        migrations.RemoveField(
            model_name="download",
            name="staff",
        ),
        migrations.RemoveField(
            model_name="release",
            name="archive",
        ),
        migrations.RemoveField(
            model_name="release",
            name="archive_bytes",
        ),
        migrations.RemoveField(
            model_name="release",
            name="archive_key",
        ),
        migrations.RemoveField(
            model_name="release",
            name="manifest",
        ),
        migrations.RemoveField(
            model_name="release",
            name="signature",
        ),
        migrations.AddField(
            model_name="download",
            name="path",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="download",
            name="start",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="item",
            name="grounds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(blank=True, max_length=12), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="taken_decade",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="item",
            name="group",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="item",
            name="split",
            field=models.CharField(
                blank=True,
                choices=[("train", "training"), ("validation", "validation"), ("test", "testing")],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="claim",
            field=models.UUIDField(help_text="of the worker that writes its documents", null=True),
        ),
        migrations.AddField(
            model_name="release",
            name="claimed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="release",
            name="manifest_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="release",
            name="notices",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="release",
            name="papers_key",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.datakey"
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="readings",
            field=models.CharField(
                choices=[
                    ("settled", "every photo that was read"),
                    ("agreed", "only photos that two people read and agreed on, or an adjudicator settled"),
                ],
                default="settled",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="retracted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="release",
            name="retracted_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="retraction",
            field=models.TextField(blank=True, help_text="why it is taken back, for those who hold it"),
        ),
        migrations.AddField(
            model_name="release",
            name="retraction_asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="release",
            name="retraction_asked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="tables_key",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.datakey"
            ),
        ),
        migrations.AddField(
            model_name="update",
            name="mailed_at",
            field=models.DateTimeField(help_text="a mail was written to everybody who asked for it", null=True),
        ),
        # Nobody was promised a mail about what was approved before there were any.
        migrations.RunSQL(
            "UPDATE releases_update SET mailed_at = approved_at WHERE approved_at IS NOT NULL", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("frozen_by__isnull", True),
                    models.Q(("frozen_by", models.F("drafted_by")), _negated=True),
                    ("state__in", ["superseded", "retracted", "aborted"]),
                    _connector="OR",
                ),
                name="freezing_takes_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retracted_by__isnull", True),
                    models.Q(
                        ("retraction_asked_by__isnull", False),
                        models.Q(("retracted_by", models.F("retraction_asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="retracting_takes_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retraction_asked_at__isnull", True), ("retraction_asked_by__isnull", True)),
                    models.Q(("retraction_asked_at__isnull", False), ("retraction_asked_by__isnull", False)),
                    _connector="OR",
                ),
                name="retraction_asked_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retracted_at__isnull", True), ("retracted_by__isnull", True)),
                    models.Q(("retracted_at__isnull", False), ("retracted_by__isnull", False)),
                    _connector="OR",
                ),
                name="retracted_at_and_by",
            ),
        ),
        migrations.AddField(
            model_name="crop",
            name="photo",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="crops", to="contributions.photo"
            ),
        ),
        migrations.AddField(
            model_name="crop",
            name="sealed",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.sealedobject"
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="releases.release"
            ),
        ),
        migrations.AddField(
            model_name="download",
            name="delivery",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="downloads", to="releases.delivery"
            ),
        ),
        migrations.AddIndex(
            model_name="download",
            index=models.Index(fields=["delivery", "at"], name="downloads_of_a_delivery"),
        ),
        migrations.AddField(
            model_name="noticeitem",
            name="public_id",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="releases.publicid"
            ),
        ),
        migrations.AddField(
            model_name="prunereport",
            name="delivery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="releases.delivery"
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="approved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="releases.recipient"
            ),
        ),
        migrations.AddField(
            model_name="releasefile",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="files", to="releases.release"
            ),
        ),
        migrations.AddField(
            model_name="releasefile",
            name="sealed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.sealedobject"
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="delivery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="releases.delivery"
            ),
        ),
        migrations.AddField(
            model_name="shard",
            name="key",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.datakey"
            ),
        ),
        migrations.AddField(
            model_name="shard",
            name="sealed",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.sealedobject"
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="shard",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="items", to="releases.shard"
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["release", "shard"], name="items_by_shard"),
        ),
        migrations.AddField(
            model_name="use",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="use",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="releases.recipient"
            ),
        ),
        migrations.AddField(
            model_name="use",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="releases.release"
            ),
        ),
        migrations.AddField(
            model_name="use",
            name="told_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawalnotice",
            constraint=models.UniqueConstraint(fields=("audience", "number"), name="notice_number_is_unique"),
        ),
        migrations.AddField(
            model_name="noticeitem",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="items", to="releases.withdrawalnotice"
            ),
        ),
        migrations.AddIndex(
            model_name="crop",
            index=models.Index(
                condition=models.Q(
                    ("cut_at__isnull", True),
                    ("dropped_at__isnull", True),
                    ("parked_at__isnull", True),
                    ("refused", False),
                ),
                fields=["begun_at"],
                name="crops_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="crop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cut_at__isnull", True),
                    ("dropped_at__isnull", False),
                    models.Q(("height__isnull", False), ("sealed__isnull", False), ("width__isnull", False)),
                    _connector="OR",
                ),
                name="a_crop_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("entered_by")), _negated=True),
                    _connector="OR",
                ),
                name="recipient_takes_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="recipient_approved_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="recipient_ended_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="delivery_ended_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="releasefile",
            constraint=models.UniqueConstraint(fields=("release", "path"), name="a_path_once_per_release"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("delivery", "notice_number", "step"), name="one_reminder_per_step"
            ),
        ),
        migrations.AddIndex(
            model_name="shard",
            index=models.Index(
                condition=models.Q(
                    ("built_at__isnull", True), ("destroyed_at__isnull", True), ("parked_at__isnull", True)
                ),
                fields=["planned_at"],
                name="shards_to_write",
            ),
        ),
        migrations.AddConstraint(
            model_name="shard",
            constraint=models.UniqueConstraint(
                condition=models.Q(("destroyed_at__isnull", True)),
                fields=("audience", "slot", "recipe"),
                name="one_shard_per_recipe",
            ),
        ),
        migrations.AddConstraint(
            model_name="shard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("built_at__isnull", True),
                    models.Q(("key__isnull", False), ("sealed__isnull", False), ("size__isnull", False)),
                    _connector="OR",
                ),
                name="a_built_shard_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="use",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="use_ended_at_and_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeitem",
            constraint=models.UniqueConstraint(fields=("notice", "public_id"), name="once_per_notice"),
        ),
    ]
