from django.db import migrations, models


class Migration(migrations.Migration):
    """Chains that exist count for no network until they are renewed, within minutes."""

    dependencies = [("shows", "0005_hold_chain")]
    operations = [
        migrations.RemoveIndex(model_name="holdchain", name="chain_by_address"),
        migrations.AddField(
            model_name="holdchain",
            name="network",
            field=models.CharField(db_default="", max_length=45),
        ),
        migrations.AddIndex(
            model_name="holdchain",
            index=models.Index(fields=["show", "network"], name="chain_by_network"),
        ),
    ]
