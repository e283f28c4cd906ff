from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("narration", "0004_reading_settings"),
    ]

    operations = [
        migrations.AddField(
            model_name="narration",
            name="fault",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="narration",
            name="sentence",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
