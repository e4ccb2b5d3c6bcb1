"""Cities are found without case and accents, and what people read has one spelling (Unicode NFC).

Few theaters exist, so the index is made at once. Names of screens, which nobody searches, get their
spelling when they are next written: two that differ in nothing else could not both stay.
"""

from django.db import migrations, models

import core.postgres.search

ONE_SPELLING = """
UPDATE theaters_theater SET
    name = left(normalize(name), 120), city = left(normalize(city), 80),
    address = left(normalize(address), 300)
WHERE name IS NOT NFC NORMALIZED OR city IS NOT NFC NORMALIZED OR address IS NOT NFC NORMALIZED
"""


class Migration(migrations.Migration):
    dependencies = [("theaters", "0001_initial"), ("core", "0001_extensions")]
    operations = [
        migrations.AddIndex(
            model_name="theater",
            index=models.Index(core.postgres.search.Folded("city"), name="theater_by_city"),
        ),
        migrations.RunSQL(ONE_SPELLING, migrations.RunSQL.noop),
    ]
