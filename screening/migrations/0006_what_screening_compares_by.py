import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import screening.bits


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0004_coverage_count"),
        ("screening", "0005_legal_holds"),
        ("vault", "0001_keys_and_sealed_objects"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "told",
                    models.CharField(
                        choices=[
                            ("police", "Police"),
                            ("hotline", "National hotline"),
                            ("ethics", "Ethics committee"),
                            ("counsel", "Legal counsel"),
                        ],
                        max_length=10,
                    ),
                ),
                ("told_at", models.DateTimeField()),
                ("reference", models.CharField(max_length=60)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["told_at", "at"],
            },
        ),
        migrations.CreateModel(
            name="NearDuplicate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("distance", models.PositiveSmallIntegerField()),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("same", models.BooleanField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("stays", "it stays: another picture, or another person's to decide"),
                            ("taken_out", "it was taken out, too"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PassedOn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="PhotoDigest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("keyed", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="PhotoHash",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.CharField(
                        choices=[("whole", "the whole picture"), ("framed", "the picture without the print's border")],
                        max_length=6,
                    ),
                ),
                ("method", models.CharField(max_length=20)),
                ("quality", models.PositiveSmallIntegerField()),
                ("turns", django.contrib.postgres.fields.ArrayField(base_field=screening.bits.Bits(256), size=8)),
                ("bands", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=16)),
                ("frame", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), null=True, size=8)),
            ],
        ),
        migrations.CreateModel(
            name="PolicyChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("policy", models.CharField(max_length=40)),
                ("made_with", models.JSONField(default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("deadline", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RulingProposal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("clear", "clear"),
                            ("held", "held for the safety officer"),
                            ("excluded", "excluded"),
                            ("locked", "locked"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("ordinary", "An ordinary photo"),
                            ("unsafe", "Unsafe"),
                            ("not_a_photo", "Not a photograph"),
                            ("unclear", "Cannot be decided from the facts"),
                            ("known", "Known material, or it may be"),
                            ("list_took_it_back", "The list took the hash back"),
                            ("not_the_same", "The match is another picture"),
                        ],
                        max_length=20,
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("agreed", models.BooleanField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="finding",
            name="facts",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="finding",
            name="made_with",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="knowndigest",
            name="version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="knownlist",
            name="checked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="knownlist",
            name="checkpoint",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="knownlist",
            name="fresh",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.sealedobject"
            ),
        ),
        migrations.AddField(
            model_name="knownlist",
            name="fresh_count",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="knownlist",
            name="key",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.datakey"
            ),
        ),
        migrations.AddField(
            model_name="knownlist",
            name="matched_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="knownlist",
            name="matched_version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="knownlist",
            name="pdq",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.sealedobject"
            ),
        ),
        migrations.AddField(
            model_name="knownlist",
            name="pdq_count",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="knownlist",
            name="source",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="knownlist",
            name="waiting_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="verdict",
            name="made_with",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="finding",
            name="codes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100), default=list, size=None
            ),
        ),
        migrations.AlterField(
            model_name="verdict",
            name="policy",
            field=models.CharField(max_length=40),
        ),
        migrations.AlterField(
            model_name="verdict",
            name="reasons",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100), default=list, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="knowndigest",
            index=models.Index(fields=["known_list", "version"], name="digests_by_version"),
        ),
        migrations.AddField(
            model_name="escalation",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="escalation",
            name="photo",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="escalations", to="contributions.photo"
            ),
        ),
        migrations.AddField(
            model_name="nearduplicate",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="nearduplicate",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="nearduplicate",
            name="one",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contributions.photo"
            ),
        ),
        migrations.AddField(
            model_name="nearduplicate",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contributions.photo"
            ),
        ),
        migrations.AddField(
            model_name="passedon",
            name="photo",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="passed_on", to="contributions.photo"
            ),
        ),
        migrations.AddField(
            model_name="passedon",
            name="staff",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="photodigest",
            name="photo",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="digests", to="contributions.photo"
            ),
        ),
        migrations.AddField(
            model_name="photohash",
            name="photo",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="hashes", to="contributions.photo"
            ),
        ),
        migrations.AddField(
            model_name="rulingproposal",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rulingproposal",
            name="photo",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="ruling_proposals", to="contributions.photo"
            ),
        ),
        migrations.AddField(
            model_name="rulingproposal",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="nearduplicate",
            index=models.Index(
                condition=models.Q(("same__isnull", True)), fields=["-found_at"], name="pairs_to_compare"
            ),
        ),
        migrations.AddIndex(
            model_name="nearduplicate",
            index=models.Index(
                condition=models.Q(("answer", ""), ("asked_at__isnull", False)),
                fields=["asked_at"],
                name="pairs_to_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="nearduplicate",
            constraint=models.UniqueConstraint(fields=("one", "other"), name="two_photos_are_compared_once"),
        ),
        migrations.AddConstraint(
            model_name="nearduplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))), name="the_smaller_id_comes_first"
            ),
        ),
        migrations.AddConstraint(
            model_name="nearduplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="who_compared_two_photos_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="nearduplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("same__isnull", True)),
                    models.Q(("decided_at__isnull", False), ("same__isnull", False)),
                    _connector="OR",
                ),
                name="a_compared_pair_has_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="nearduplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                    models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                    _connector="OR",
                ),
                name="who_answered_for_the_other_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="nearduplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                    models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="an_answered_pair_has_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="passedon",
            constraint=models.UniqueConstraint(fields=("photo", "staff"), name="passed_on_once"),
        ),
        migrations.AddIndex(
            model_name="photodigest",
            index=models.Index(fields=["keyed"], name="photo_digests_by_value"),
        ),
        migrations.AddConstraint(
            model_name="photodigest",
            constraint=models.UniqueConstraint(fields=("photo", "keyed"), name="digest_once_per_photo"),
        ),
        migrations.AddIndex(
            model_name="photohash",
            index=django.contrib.postgres.indexes.GinIndex(fields=["bands"], name="hashes_by_band"),
        ),
        migrations.AddConstraint(
            model_name="photohash",
            constraint=models.UniqueConstraint(fields=("photo", "form"), name="one_hash_per_form"),
        ),
        migrations.AddConstraint(
            model_name="rulingproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agreed__isnull", True)), fields=("photo",), name="one_open_proposal_per_photo"
            ),
        ),
        migrations.AddConstraint(
            model_name="rulingproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="who_decided_a_proposal_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulingproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed__isnull", True), ("decided_at__isnull", True)),
                    models.Q(("agreed__isnull", False), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="a_decided_proposal_has_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulingproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed", True), _negated=True),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="two_officers_rule_on_known_lists",
            ),
        ),
        # Appended, never changed.
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON screening_escalation, screening_policychange FROM mpm_app",
            "GRANT UPDATE, DELETE ON screening_escalation, screening_policychange TO mpm_app",
        ),
    ]
