from django.db import migrations


class Migration(migrations.Migration):
    """Room on each page keeps updates of a seat on its page, without new index entries."""

    dependencies = [("shows", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE shows_seat SET (fillfactor = 85)",
            "ALTER TABLE shows_seat RESET (fillfactor)",
        )
    ]
