from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

# unaccent() is only STABLE, because its dictionary might be replaced; ours never is. The bodies
# are bound to their objects when they are made (SQL-standard function bodies), so that indexes on
# them do not depend on a search_path.
FOLDED = """
CREATE FUNCTION folded(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(unaccent('unaccent', value));

CREATE FUNCTION folded(value text, more text[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN folded(value || ' ' || array_to_string(more, ' '));

CREATE FUNCTION folded_items(list text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT coalesce(array_agg(folded(item)), '{}') FROM unnest(list) AS item);
"""
UNFOLDED = """
DROP FUNCTION folded_items(text[]);
DROP FUNCTION folded(text, text[]);
DROP FUNCTION folded(text);
"""


class Migration(migrations.Migration):
    """The extensions are trusted ones: the owner of the database may create them."""

    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(FOLDED, UNFOLDED),
    ]
