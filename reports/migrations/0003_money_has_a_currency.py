"""Sums of money are made anew, by currency: the next closing stores all days again."""

from django.db import migrations, models

FORGET = """
TRUNCATE reports_closing, reports_daysales, reports_dayshowsales, reports_daymoney,
  reports_dayshowmoney, reports_daytax, reports_dayshow
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_office_page")]
    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.AddField("daymoney", "currency", models.CharField(max_length=3, default="")),
        migrations.AddField("dayshowmoney", "currency", models.CharField(max_length=3, default="")),
        migrations.AlterField("daymoney", "currency", models.CharField(max_length=3)),
        migrations.AlterField("dayshowmoney", "currency", models.CharField(max_length=3)),
    ]
