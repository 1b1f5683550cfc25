"""A view says which rendition was seen and for which task, and the auditor reads who looked at what."""

from typing import ClassVar

from django.db import migrations, models

# Never what a photo shows, and of the staff no more than the id that the log uses.
GRANT = "GRANT SELECT (id, photo_id, staff_id, rendition, reason, task, at) ON screening_view TO mpm_auditor"
REVOKE = "REVOKE SELECT (id, photo_id, staff_id, rendition, reason, task, at) ON screening_view FROM mpm_auditor"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("screening", "0003_drop_verdict_id")]

    operations: ClassVar = [
        migrations.RenameField(model_name="view", old_name="kind", new_name="rendition"),
        migrations.AddField(model_name="view", name="task", field=models.UUIDField(null=True)),
        migrations.AddIndex(model_name="view", index=models.Index(fields=["-at"], name="views_newest_first")),
        migrations.RunSQL(GRANT, REVOKE),
    ]
