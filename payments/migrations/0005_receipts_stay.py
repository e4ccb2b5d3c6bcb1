from django.db import migrations

FORBID = """
CREATE FUNCTION forbid_change_of_receipts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.issued_at < statement_timestamp() - interval '5 years' THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'a receipt is never changed, and kept for years';
END $$;
CREATE TRIGGER receipts_stay BEFORE UPDATE OR DELETE ON payments_receipt
FOR EACH ROW EXECUTE FUNCTION forbid_change_of_receipts();
CREATE TRIGGER receipts_are_never_emptied BEFORE TRUNCATE ON payments_receipt
FOR EACH STATEMENT EXECUTE FUNCTION forbid_change_of_receipts();
"""
ALLOW = """
DROP TRIGGER receipts_are_never_emptied ON payments_receipt;
DROP TRIGGER receipts_stay ON payments_receipt;
DROP FUNCTION forbid_change_of_receipts();
"""


class Migration(migrations.Migration):
    """A receipt is corrected by a credit note. Tax law demands to keep it, for longer than five years
    in most countries: how long exactly is for whoever deletes old ones to know."""

    dependencies = [("payments", "0004_receipts")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
