from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Reads the rows for the new constraints while others go on writing them."""

    dependencies = [("bookings", "0003_money")]
    operations = [
        ValidateConstraint("booking", "booking_has_the_times_of_its_status"),
        ValidateConstraint("booking", "booking_is_somebodys"),
        ValidateConstraint("ticket", "ticket_status_is_known"),
        ValidateConstraint("ticket", "ticket_amounts_are_not_negative"),
    ]
