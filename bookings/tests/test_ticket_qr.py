"""The QR code of a ticket, as a client and as a mail program show it."""

import segno

from bookings.tests.ticket_papers import admission
from bookings.tickets import qr

TOKEN = admission().token


def test_a_code_has_49_modules_and_a_quarter_may_be_lost() -> None:
    code = segno.make_qr(TOKEN, error="q", boost_error=False)
    assert code.symbol_size(border=0) == (49, 49)
    assert code.mode == "alphanumeric"
    assert code.error == "Q"


def test_an_svg_has_a_quiet_zone_and_no_size_of_its_own() -> None:
    drawn = qr.svg(TOKEN)
    assert b'viewBox="0 0 57 57"' in drawn
    assert b"<script" not in drawn
    assert len(drawn) < 10_000


def test_a_png_has_whole_pixels() -> None:
    drawn = qr.png(TOKEN, scale=5)
    assert drawn.startswith(b"\x89PNG")
    assert int.from_bytes(drawn[16:20]) == 57 * 5
