from django.db import migrations

FORBID = """
CREATE FUNCTION forbid_change_of_the_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only';
END $$;
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON payments_ledgerentry
FOR EACH ROW EXECUTE FUNCTION forbid_change_of_the_ledger();
CREATE TRIGGER ledger_is_never_emptied BEFORE TRUNCATE ON payments_ledgerentry
FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_the_ledger();
"""
ALLOW = """
DROP TRIGGER ledger_is_never_emptied ON payments_ledgerentry;
DROP TRIGGER ledger_is_append_only ON payments_ledgerentry;
DROP FUNCTION forbid_change_of_the_ledger();
"""


class Migration(migrations.Migration):
    """What was booked stays booked: corrections are entries of their own."""

    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
