from django.db import migrations


def read_everything(apps, schema_editor):
    """Have every public story noted anew: its words are kept in smaller volumes, by other marks."""
    apps.get_model("stories", "PublicWords").objects.all().delete()
    stories = apps.get_model("stories", "PublicStory").objects
    if stories.update(digest=""):
        apps.get_model("pipeline", "Change").objects.create(subject="everything")


class Migration(migrations.Migration):

    dependencies = [
        ("pipeline", "0006_read_language_versions"),
        ("stories", "0012_language_versions"),
    ]

    operations = [migrations.RunPython(read_everything, migrations.RunPython.noop)]
