from django.db import migrations, models


class Migration(migrations.Migration):
    """Seats that exist stand one lettered row behind the other, as if there were no cross aisles:
    the layout that they were made from may have changed since."""

    dependencies = [("shows", "0003_screens_day_index")]
    operations = [
        migrations.AddField(
            model_name="seat",
            name="line",
            field=models.PositiveSmallIntegerField(db_default=1),
        ),
        migrations.RunSQL(
            """
            UPDATE shows_seat seat SET line = place.line
            FROM (SELECT id, dense_rank() OVER (PARTITION BY show_id ORDER BY length("row"), "row")
                  FROM shows_seat) place (id, line)
            WHERE seat.id = place.id AND seat.line <> place.line
            """,
            migrations.RunSQL.noop,
        ),
    ]
