"""Accounts from before there were roles could queue evaluations; they keep that."""

from django.db import migrations


def keep_queueing(apps, schema_editor):
    people = apps.get_model("auth", "User").objects.all()
    if people.exists():
        # Its permissions come when all migrations are done, as those of every group (hub/roles.py).
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name="Evaluators")
        group.user_set.add(*people)


class Migration(migrations.Migration):

    dependencies = [
        ("hub", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(keep_queueing, migrations.RunPython.noop)]
