"""How customers reach a theater; the release before, which serves while this runs, leaves it empty."""

import django.core.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('theaters', '0003_memberships'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='theater',
            name='email',
            field=models.EmailField(blank=True, db_default='', max_length=254),
        ),
        migrations.AddField(
            model_name='theater',
            name='phone',
            field=models.CharField(blank=True, db_default='', max_length=40, validators=[django.core.validators.RegexValidator('^[+( ]*[0-9][0-9 +()/-]*\\Z', 'Write digits, with + ( ) - / and spaces between them.')]),
        ),
        migrations.AddField(
            model_name='theater',
            name='website',
            field=models.CharField(blank=True, db_default='', max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])]),
        ),
        migrations.AddConstraint(
            model_name='theater',
            constraint=models.CheckConstraint(condition=models.Q(('phone', ''), ('phone__regex', '^[+( ]*[0-9][0-9 +()/-]*$'), _connector='OR'), name='theater_phone_can_be_dialled'),
        ),
        migrations.AddConstraint(
            model_name='theater',
            constraint=models.CheckConstraint(condition=models.Q(('website', ''), ('website__iregex', '^https?://'), _connector='OR'), name='theater_website_is_on_the_web'),
        ),
    ]
