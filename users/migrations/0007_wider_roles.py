"""Room for names of later roles. The table is not written anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0006_second_factor"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[("admin", "Admin"), ("owner", "Owner"), ("user", "User")],
                default="user",
                max_length=20,
            ),
        ),
    ]
