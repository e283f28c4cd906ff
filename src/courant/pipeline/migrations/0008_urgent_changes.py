from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0007_read_words_anew")]

    operations = [
        migrations.AddIndex(
            "change",
            models.Index("id", name="urgent_change", condition=models.Q(bulk=False)),
        )
    ]
