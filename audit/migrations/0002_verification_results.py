"""What the regular verification found, where the auditor can read it."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """The application writes the results; the auditor's role only reads them."""

    dependencies: ClassVar = [("audit", "0001_log_sealed_at_commit")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checked_at", models.DateTimeField()),
                ("size", models.BigIntegerField(help_text="entries found good, counted from the first")),
                (
                    "first_bad",
                    models.BigIntegerField(
                        help_text="index of the first entry that is not as it was recorded", null=True
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=16)),
            ],
            options={
                "indexes": [models.Index(fields=["-checked_at"], name="verification_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("first_bad__isnull", True), ("reason", "")),
                            models.Q(("first_bad__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="a_bad_entry_has_a_reason",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "GRANT SELECT ON audit_verification TO mpm_auditor",
            "REVOKE SELECT ON audit_verification FROM mpm_auditor",
        ),
    ]
