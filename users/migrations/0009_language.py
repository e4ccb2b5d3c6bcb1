"""Users have a language, in which they are written to."""

import core.languages.words
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0008_guests'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='language',
            field=models.CharField(blank=True, choices=core.languages.words.language_choices, db_default='', default='', max_length=5),
        ),
    ]
