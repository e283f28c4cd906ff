import courant.newsletter.models.editions
import django.db.models.deletion
from django.db import migrations, models

from courant.newsletter.models.editions import new_seed


def seed_editions(apps, schema_editor):
    """A default would give every edition the same one."""
    for edition in apps.get_model("newsletter", "Edition").objects.all():
        edition.seed = new_seed()
        edition.save(update_fields=["seed"])


def unknown_is_uncertain(apps, schema_editor):
    for name in ("Delivery", "SignupRequest"):
        rows = apps.get_model("newsletter", name).objects.filter(state="unknown")
        rows.update(state="uncertain", doubts=1)


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(help_text="mail, mailbox, or the provider's name.", max_length=20)),
                ('event', models.CharField(help_text="The report's own name, to count it once.", max_length=100)),
                ('kind', models.CharField(choices=[('bounced', 'Bounced'), ('delayed', 'Delayed'), ('delivered', 'Delivered'), ('complained', 'Complained')], max_length=10)),
                ('fault', models.CharField(blank=True, choices=[('address', 'Address'), ('ours', 'Ours'), ('passing', 'Passing')], max_length=10)),
                ('status', models.CharField(blank=True, help_text='RFC 3463, such as 5.1.1.', max_length=12)),
                ('detail', models.CharField(blank=True, help_text="The server's words.", max_length=500)),
                ('time', models.DateTimeField()),
            ],
            options={
                'ordering': ['-time', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Route',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('rate', models.FloatField(blank=True, help_text='Messages a second that it takes; empty: no limit known.', null=True)),
                ('rests', models.PositiveIntegerField(default=0, help_text='Times in a row that it failed.')),
                ('next_at', models.DateTimeField(blank=True, help_text='Not to be tried before.', null=True)),
                ('error', models.TextField(blank=True, verbose_name='reason')),
            ],
        ),
        migrations.CreateModel(
            name='SendingHome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True)),
                ('count', models.PositiveBigIntegerField(default=0, help_text='Rises with every window sent.')),
                ('seen_at', models.DateTimeField(help_text='When its worker last looked.')),
            ],
        ),
        migrations.CreateModel(
            name='SendingLock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.CharField(blank=True, max_length=150)),
            ],
            options={
                'ordering': ['-since', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='An edition, a domain, or everything.', max_length=260)),
                ('start', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.RemoveField(
            model_name='delivery',
            name='message_id',
        ),
        migrations.RemoveField(
            model_name='delivery',
            name='token',
        ),
        migrations.AddField(
            model_name='delivery',
            name='doubts',
            field=models.PositiveSmallIntegerField(default=0, help_text='Attempts whose end nobody knows: so many copies more may have gone.'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='returned',
            field=models.CharField(blank=True, choices=[('bounced', 'Bounced'), ('complained', 'Complained')], help_text='What came back after it was sent.', max_length=10),
        ),
        migrations.AddField(
            model_name='edition',
            name='held',
            field=models.JSONField(blank=True, default=dict, help_text='Domains whose servers refuse us, each with the reason.', verbose_name='held back'),
        ),
        migrations.AddField(
            model_name='edition',
            name='once_only',
            field=models.BooleanField(default=False, help_text='Of the newsletter, when the audience was frozen.'),
        ),
        migrations.AddField(
            model_name='edition',
            name='seed',
            field=models.CharField(default=courant.newsletter.models.editions.new_seed, editable=False, help_text='Names its deliveries.', max_length=32),
        ),
        migrations.AddField(
            model_name='newsletter',
            name='once_only',
            field=models.BooleanField(default=False, help_text='Where nobody can know whether a letter arrived, it is not sent again: nobody gets two, a few may get none. Editors see who, and may send again by hand.', verbose_name='never twice'),
        ),
        migrations.AddField(
            model_name='signuprequest',
            name='doubts',
            field=models.PositiveSmallIntegerField(default=0, help_text='Attempts whose end nobody knows: so many copies more may have gone.'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='edition',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='newsletter.edition'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('inflight', 'Inflight'), ('submitted', 'Submitted'), ('failed', 'Failed'), ('uncertain', 'Uncertain'), ('skipped', 'Skipped')], default='waiting', max_length=10),
        ),
        migrations.AlterField(
            model_name='edition',
            name='next_at',
            field=models.DateTimeField(blank=True, help_text='A limit is reached; not to be gone on with before.', null=True),
        ),
        migrations.AlterField(
            model_name='edition',
            name='state',
            field=models.CharField(choices=[('preparing', 'Preparing'), ('sending', 'Sending'), ('paused', 'Paused'), ('finished', 'Finished'), ('cancelled', 'Cancelled'), ('failed', 'Failed')], default='preparing', max_length=10),
        ),
        migrations.AlterField(
            model_name='signuprequest',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('inflight', 'Inflight'), ('submitted', 'Submitted'), ('failed', 'Failed'), ('uncertain', 'Uncertain'), ('skipped', 'Skipped')], default='waiting', max_length=10),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('doubts__gt', 0)), fields=['edition'], name='deliveries_doubtful'),
        ),
        migrations.AddField(
            model_name='return',
            name='delivery',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='returns', to='newsletter.delivery'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.UniqueConstraint(models.F('name'), models.F('start'), name='one_tally_a_time'),
        ),
        migrations.AddIndex(
            model_name='return',
            index=models.Index(models.F('delivery'), models.F('fault'), name='returns_of_delivery'),
        ),
        migrations.AddConstraint(
            model_name='return',
            constraint=models.UniqueConstraint(models.F('source'), models.F('event'), name='one_return_a_report'),
        ),
        migrations.RunPython(seed_editions, migrations.RunPython.noop),
        migrations.RunPython(unknown_is_uncertain, migrations.RunPython.noop),
    ]
