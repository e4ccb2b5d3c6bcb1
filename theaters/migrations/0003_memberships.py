"""Who is what to a theater. The membership of its owner follows the column `owner_id` by a trigger,
whoever writes theaters: the release before, which serves while this runs, needs not know."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OWNERS = """
CREATE FUNCTION keep_owner_of_theater() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM theaters_membership WHERE theater_id = OLD.id;
        RETURN NULL;
    END IF;
    DELETE FROM theaters_membership
    WHERE theater_id = NEW.id AND role = 'owner' AND user_id <> NEW.owner_id;
    INSERT INTO theaters_membership (theater_id, user_id, role)
    VALUES (NEW.id, NEW.owner_id, 'owner')
    ON CONFLICT (theater_id, user_id) DO UPDATE SET role = 'owner';
    RETURN NULL;
END $$;

CREATE TRIGGER keep_owner AFTER INSERT OR UPDATE OF owner_id OR DELETE ON theaters_theater
FOR EACH ROW EXECUTE FUNCTION keep_owner_of_theater();

INSERT INTO theaters_membership (theater_id, user_id, role)
SELECT id, owner_id, 'owner' FROM theaters_theater;
"""
NO_OWNERS = """
DROP TRIGGER keep_owner ON theaters_theater;
DROP FUNCTION keep_owner_of_theater();
DELETE FROM theaters_membership;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("theaters", "0002_cities"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(choices=[("owner", "Owner")], max_length=20)),
                (
                    "theater",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="memberships",
                        to="theaters.theater",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("theater", "user"), name="membership_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "owner")),
                        fields=("theater",),
                        name="theater_has_one_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner"])), name="membership_role_is_known"
                    ),
                ],
            },
        ),
        migrations.RunSQL(OWNERS, NO_OWNERS),
    ]
