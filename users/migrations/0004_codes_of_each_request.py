"""Each who asks for a code has one of their own; jobs that wait for codes carry ids, not addresses.

The worker of the release before cannot store codes from here on: its jobs fail, and are done by the
new one some seconds later.
"""

from django.db import migrations, models


IDS_FOR_ADDRESSES = """
UPDATE procrastinate_jobs AS job
   SET args = jsonb_build_object('user_id', coalesce(
       (SELECT id FROM users_user WHERE email = job.args ->> 'email'), 0))
 WHERE task_name = 'users.tasks.send_reset_code' AND args ->> 'email' IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0003_one_spelling"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="onetimecode",
            name="code_newest_only",
        ),
        migrations.RemoveConstraint(
            model_name="onetimecode",
            name="code_five_guesses",
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="guesses_elsewhere",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="guesses_nearby",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="network",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="request",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
        migrations.AddConstraint(
            model_name="onetimecode",
            constraint=models.UniqueConstraint(
                fields=("user", "purpose", "request"), name="code_newest_of_a_request"
            ),
        ),
        migrations.AddConstraint(
            model_name="onetimecode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("guesses__lte", 5), ("guesses_elsewhere__lte", 5), ("guesses_nearby__lte", 5)
                ),
                name="code_five_guesses_each",
            ),
        ),
        migrations.RunSQL(IDS_FOR_ADDRESSES, migrations.RunSQL.noop),
    ]
