"""One group for each role."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROLES = ("annotator", "adjudicator", "officer", "lead", "curator", "auditor", "administrator")


def make_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.alias != "default":
        return
    group = apps.get_model("auth", "Group")
    for role in ROLES:
        group.objects.get_or_create(name=role)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_staff"), ("auth", "0012_alter_user_first_name_max_length")]
    operations: ClassVar = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
