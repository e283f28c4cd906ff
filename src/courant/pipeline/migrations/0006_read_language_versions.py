from django.db import migrations


def read_everything(apps, schema_editor):
    """Have every public story read again: what is kept of it names its original now."""
    if apps.get_model("stories", "PublicStory").objects.exists():
        apps.get_model("pipeline", "Change").objects.create(subject="everything")


class Migration(migrations.Migration):

    dependencies = [
        ("pipeline", "0005_develop"),
        ("stories", "0012_language_versions"),
    ]

    operations = [migrations.RunPython(read_everything, migrations.RunPython.noop)]
