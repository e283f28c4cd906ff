
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='FiguresSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reading', models.BooleanField(default=True, help_text='Numbers by story and day, nothing of any reader. Off: pages send nothing.', verbose_name='count what is read and heard')),
                ('days', models.PositiveSmallIntegerField(default=400, help_text='Then they are deleted; clicks in newsletters too.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='keep figures for, in days')),
            ],
            options={
                'verbose_name': 'figures',
            },
        ),
        migrations.CreateModel(
            name='Dropped',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=20)),
                ('day', models.DateField(db_index=True)),
                ('number', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('what'), models.F('day'), name='one_number_dropped_a_day')],
            },
        ),
        migrations.CreateModel(
            name='HearingDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('story_id', models.PositiveBigIntegerField()),
                ('sound', models.CharField(help_text='As its files are named: of its digest.', max_length=12)),
                ('day', models.DateField(db_index=True)),
                ('sentences', models.JSONField(default=list)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('story_id'), models.F('sound'), models.F('day'), name='one_hearing_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ReadingDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('story_id', models.PositiveBigIntegerField()),
                ('day', models.DateField(db_index=True)),
                ('section_id', models.PositiveBigIntegerField(help_text='The one that it stood in that day.')),
                ('opened', models.PositiveIntegerField(default=0)),
                ('read', models.PositiveIntegerField(default=0)),
                ('finished', models.PositiveIntegerField(default=0)),
                ('listened', models.PositiveIntegerField(default=0)),
                ('heard_out', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('story_id'), models.F('day'), name='one_reading_a_day')],
            },
        ),
    ]
