from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0013_first_welcomes'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='newsletter',
            name='welcome',
        ),
        migrations.AlterField(
            model_name='readernotice',
            name='kind',
            field=models.CharField(choices=[('move', 'Move'), ('moving', 'Moving'), ('link', 'Link')], max_length=10),
        ),
    ]
