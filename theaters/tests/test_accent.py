"""A theater's accent color is one on which white text can be read."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from shows.models import Show
from tests.api import As
from theaters.accent import contrast_with_white, is_accent, nearest_readable
from theaters.models import Theater
from users.models import User


@pytest.mark.parametrize(
    ("color", "contrast"), [("#ffffff", 1), ("#000000", 21), ("#767676", 4.54), ("#ff0000", 4.0)]
)
def test_contrast_is_that_of_wcag(color: str, contrast: float) -> None:
    assert contrast_with_white(color) == pytest.approx(contrast, abs=0.005)


def test_the_nearest_color_for_a_light_one_is_the_first_dark_enough() -> None:
    assert nearest_readable("#ffffff") == "#767676"
    assert nearest_readable("#8A1538") == "#8a1538"


@pytest.mark.parametrize("color", ["#777777", "#FFCC00", "#00ff00"])
def test_what_a_refusal_names_is_accepted(color: str) -> None:
    with pytest.raises(ValidationError, match=nearest_readable(color)):
        is_accent(color)
    is_accent(nearest_readable(color))


@pytest.mark.django_db
def test_who_runs_a_theater_sets_and_clears_its_accent(as_: As, olga: User, show: Show) -> None:
    path = f"/api/v1/theaters/{show.screen.theater_id}/"
    assert as_(olga).get(path).json()["accent"] == ""
    assert as_(olga).patch(path, {"accent": "#8a1538"}).json()["accent"] == "#8a1538"
    refused = as_(olga).patch(path, {"accent": "#ffffff"})
    assert refused.status_code == 400
    assert "#767676" in refused.json()["errors"][0]["detail"]
    assert as_(olga).patch(path, {"accent": ""}).json()["accent"] == ""


@pytest.mark.django_db
def test_the_database_keeps_only_colors(show: Show) -> None:
    with pytest.raises(IntegrityError, match="theater_accent_is_a_color"):
        Theater.objects.filter(pk=show.screen.theater_id).update(accent="red")
