
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0005_digest_slots'),
    ]

    operations = [
        migrations.AddField(
            model_name='edition',
            name='clicks_counted',
            field=models.BooleanField(default=False, help_text='Of the newsletter, when the audience was frozen.'),
        ),
        migrations.AddField(
            model_name='newsletter',
            name='count_clicks',
            field=models.BooleanField(default=False, help_text="Links of letters lead through the paper's own address, the same for all readers: numbers by link, nothing of who clicked. Else they lead straight to their pages.", verbose_name='count clicks'),
        ),
        migrations.CreateModel(
            name='EditionLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(help_text='Of the address.', max_length=64)),
                ('url', models.TextField()),
                ('edition', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='newsletter.edition')),
            ],
        ),
        migrations.CreateModel(
            name='ClickDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('variant_id', models.PositiveBigIntegerField(default=0, help_text='0: the only letter.')),
                ('day', models.DateField(db_index=True)),
                ('clicks', models.PositiveIntegerField(default=0)),
                ('link', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='days', to='newsletter.editionlink')),
            ],
        ),
        migrations.AddConstraint(
            model_name='editionlink',
            constraint=models.UniqueConstraint(models.F('edition'), models.F('digest'), name='one_link_an_address'),
        ),
        migrations.AddConstraint(
            model_name='clickday',
            constraint=models.UniqueConstraint(models.F('link'), models.F('variant_id'), models.F('day'), name='one_number_of_clicks'),
        ),
    ]
