from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Reads the rows for the new constraints while others go on writing them."""

    dependencies = [("shows", "0007_money")]
    operations = [
        ValidateConstraint("seat", "seat_status_is_known"),
        ValidateConstraint("seat", "seat_is_held_or_kept_or_neither"),
    ]
