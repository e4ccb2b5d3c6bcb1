from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_records")]

    operations = [
        migrations.AlterField(
            model_name="ratecounter",
            name="subject",
            field=models.CharField(max_length=320),
        ),
        migrations.RunSQL(
            "ALTER TABLE core_ratecounter SET UNLOGGED",
            "ALTER TABLE core_ratecounter SET LOGGED",
        ),
    ]
