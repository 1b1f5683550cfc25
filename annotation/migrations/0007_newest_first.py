"""Answers to questions of the collection come the newest photo first."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0006_workbench"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state", "given_back"), _negated=True),
                fields=["-created_at", "-id"],
                name="tasks_newest_first",
            ),
        ),
    ]
