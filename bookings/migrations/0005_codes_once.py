from django.db import migrations, models

RENAMED = """
ALTER TABLE bookings_booking RENAME CONSTRAINT bookings_booking_reference_key TO booking_reference_once;
ALTER TABLE bookings_ticket RENAME CONSTRAINT bookings_ticket_code_key TO ticket_code_once;
DROP INDEX bookings_booking_reference_af3214d4_like;
DROP INDEX bookings_ticket_code_ddd3d80b_like;
"""
BACK = """
CREATE INDEX bookings_ticket_code_ddd3d80b_like ON bookings_ticket (code varchar_pattern_ops);
CREATE INDEX bookings_booking_reference_af3214d4_like ON bookings_booking (reference varchar_pattern_ops);
ALTER TABLE bookings_ticket RENAME CONSTRAINT ticket_code_once TO bookings_ticket_code_key;
ALTER TABLE bookings_booking RENAME CONSTRAINT booking_reference_once TO bookings_booking_reference_key;
"""


class Migration(migrations.Migration):
    """Django gives a unique text a second index, for searches by prefix, which nobody makes here and
    each sale would write. The unique ones stay as they are, under names of their own."""

    dependencies = [("bookings", "0004_money_validated")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(RENAMED, BACK)],
            [
                migrations.AlterField(
                    "booking", "reference", models.CharField(max_length=10)
                ),
                migrations.AlterField("ticket", "code", models.CharField(max_length=32)),
                migrations.AddConstraint(
                    "booking",
                    models.UniqueConstraint(fields=["reference"], name="booking_reference_once"),
                ),
                migrations.AddConstraint(
                    "ticket", models.UniqueConstraint(fields=["code"], name="ticket_code_once")
                ),
            ],
        )
    ]
