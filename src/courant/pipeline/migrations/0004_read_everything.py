from django.db import migrations


def read_everything(apps, schema_editor):
    """Have every public story read again, so that search knows it."""
    if apps.get_model("stories", "PublicStory").objects.exists():
        apps.get_model("pipeline", "Change").objects.create(subject="everything")


class Migration(migrations.Migration):

    dependencies = [
        ("pipeline", "0003_follow"),
        ("stories", "0007_public_words"),
    ]

    operations = [migrations.RunPython(read_everything, migrations.RunPython.noop)]
