"""Names have one spelling (Unicode NFC), as what is written from now on."""

from django.db import migrations

ONE_SPELLING = """
UPDATE users_user SET name = left(normalize(name), 100) WHERE name IS NOT NFC NORMALIZED
"""


class Migration(migrations.Migration):
    dependencies = [("users", "0002_sessions_and_codes")]
    operations = [migrations.RunSQL(ONE_SPELLING, migrations.RunSQL.noop)]
