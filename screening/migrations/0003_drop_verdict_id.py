"""Nothing ever named a verdict by an id of its own."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("screening", "0002_verdicts_are_only_appended")]

    operations: ClassVar = [migrations.RemoveField(model_name="verdict", name="verdict_id")]
