"""Reports read the ledger's newest days."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("payments", "0007_disputes_by_name"),
    ]
    operations = [
        AddIndexConcurrently(
            model_name="ledgerentry",
            index=BrinIndex(autosummarize=True, fields=["at"], name="ledger_by_time"),
        ),
    ]
