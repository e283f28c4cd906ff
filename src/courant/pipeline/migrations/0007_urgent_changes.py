from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0006_read_language_versions")]

    operations = [
        migrations.AddIndex(
            "change",
            models.Index("id", name="urgent_change", condition=models.Q(bulk=False)),
        )
    ]
