"""What papers call the numbers of those who sell."""

import pytest

from bookings.tickets.words import Words


@pytest.mark.parametrize(
    "number", ["DE123456789", "DE 123 456 789", "ATU12345678", "nl123456789B01", "IE1A23456A"]
)
def test_a_vat_id_of_the_union_is_called_one(number: str) -> None:
    assert Words("de").tax_id(number) == f"USt-IdNr. {number}"
    assert Words("en").tax_id(number) == f"VAT ID {number}"


@pytest.mark.parametrize("number", ["30/123/45678", "1", "CHE-123.456.789", "DEPOT", "12DE345"])
def test_any_other_number_is_a_tax_id(number: str) -> None:
    assert Words("de").tax_id(number) == f"Steuernummer {number}"
    assert Words("en").tax_id(number) == f"Tax ID {number}"


def test_who_has_none_is_given_none() -> None:
    assert Words("de").tax_id("") == ""
