"""Tickets on paper: a page each, tagged, in any script."""

import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import orjson
import pytest
import typst
from pypdf import PdfReader

from bookings.tests.ticket_papers import SHOW, admission, paper
from bookings.tickets import pdf
from bookings.tickets.facts import Paper, Place, Seller, Terms
from core.postgres.clock import NO_BREAK

TITLES = {
    "Latin": "Příběh Łódź – Ñandú, Ærø & Việt",
    "Greek": "Ο Θίασος",
    "Cyrillic": "Броненосец «Потёмкин» Ї",
    "Japanese": "千と千尋の神隠し ゴジラ",
    "Chinese": "霸王别姬 / 霸王別姬",
    "Korean": "기생충",
    "Arabic": "ليلة القبض على فاطمة",
    "Hebrew": "ואלס עם באשיר",
    "Devanagari": "दिलवाले दुल्हनिया ले जायेंगे",
    "Bengali": "পথের পাঁচালী",
    "Tamil": "நாயகன்",
    "Telugu": "బాహుబలి",
    "Kannada": "ಕಾಂತಾರ",
    "Malayalam": "ചെമ്മീൻ",
    "Gujarati": "છેલ્લો શો",
    "Gurmukhi": "ਅੰਨ੍ਹੇ ਘੋੜੇ ਦਾ ਦਾਨ",
    "Odia": "ମାୟା ମିରିଗ",
    "Sinhala": "රේඛාව",
    "Thai": "ลุงบุญมีระลึกชาติ",
    "Lao": "ສະບາຍດີ ຫລວງພະບາງ",
    "Khmer": "ពស់កេងកង",
    "Burmese": "မုန်းမေ့မရ",
    "Georgian": "მონანიება",
    "Armenian": "Նռան գույնը",
    "Ethiopic": "ጤዛ",
    "symbols": "I ♥ Huckabees ★ № 1½ → ☂ “x” €",
}


def read(drawn: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(drawn))


def words_of(page: object) -> str:
    text: str = page.extract_text()  # type: ignore[attr-defined]
    return " ".join(text.replace(NO_BREAK, " ").split())


def strict(of: Paper) -> bytes:
    """Draws as PDF/UA-1, which refuses characters that no font has."""
    data = {"data": orjson.dumps(pdf.describe(of)).decode()}
    return pdf.compiled(data, pdf_standards=["ua-1"])


@pytest.fixture(scope="module")
def english() -> PdfReader:
    return read(pdf.draw(paper(count=2, due=Decimal("23.00"))))


def test_each_ticket_has_one_page(english: PdfReader) -> None:
    first, second = map(words_of, english.pages)
    assert "Ticket 1 of 2" in first
    assert "Ticket 2 of 2" in second


def test_a_page_says_all_that_the_customer_needs(english: PdfReader) -> None:
    text = words_of(english.pages[0])
    for words in (
        "Babylon",
        "Metropolis",
        "12 · 153 min · 2D",
        "Tuesday, 2 July 2030",
        "20:15",
        "until 22:48",
        "Screen 1",
        "Premium",
        "Student",
        "K7M2QX9WRT",
        "12.50 EUR",
        "-2.00 EUR",
        "1.00 EUR",
        "11.50 EUR",
        "including 7 % tax: 0.75 EUR",
        "Rosa-Luxemburg-Straße 30, Berlin",
        "Sold by Babylon GmbH",
        "DE123456789",
        "Cancelling: the whole price back until 1 day before the start, 50 % of the price",
        "without the booking fee",
        "To pay at the counter: 23.00 EUR",
    ):
        assert words in text, words


def test_it_is_german_for_who_reads_german() -> None:
    document = read(pdf.draw(paper(language="de-AT", due=Decimal("23.00"))))
    text = words_of(document.pages[0])
    for words in (
        "Ticket 1 von 1",
        "Dienstag, 2. Juli 2030",
        "20:15 Uhr",
        "Reihe",
        "Platz",
        "12,50 EUR",
        "darin 7 % Steuer: 0,75 EUR",
        "Verkauft von Babylon GmbH",
        "Stornieren: der ganze Preis zurück bis 1 Tag vor Beginn",
        "An der Kasse zu zahlen: 23,00 EUR",
    ):
        assert words in text, words
    assert document.trailer["/Root"]["/Lang"] == "de"  # type: ignore[index]


def test_it_is_tagged_and_has_title_and_language(english: PdfReader) -> None:
    root = english.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/Lang"] == "en"  # type: ignore[index]
    assert english.metadata is not None
    assert english.metadata.title == "Tickets for Metropolis"
    assert english.metadata.author == "Babylon"


def test_its_page_fits_a4_and_letter(english: PdfReader) -> None:
    for page in english.pages:
        wide, tall = (float(side) / 72 * 25.4 for side in page.mediabox[2:])
        assert wide == pytest.approx(105, abs=0.1)
        assert tall == pytest.approx(210, abs=0.1)


@pytest.mark.parametrize("script", TITLES)
def test_no_glyph_is_missing(script: str) -> None:
    title = TITLES[script]
    strict(paper(title, place=Place(3, title, title), seller=Seller(title, title, title)))


def test_a_missing_glyph_would_be_noticed() -> None:
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        strict(paper("\U0001f600"))


def test_a_ticket_is_drawn_though_a_character_has_no_glyph() -> None:
    assert len(read(pdf.draw(paper("Emoji \U0001f600 the movie"))).pages) == 1


@pytest.mark.parametrize(
    "title",
    ['#panic("no")', "$x$ *bold* _it_ `raw` <a> @b", '"}] // \\ \\u{41}', '#image("/etc/passwd")'],
)
def test_a_title_is_no_markup(title: str) -> None:
    drawn = words_of(read(pdf.draw(paper(title))).pages[0])
    assert title.replace(" ", "") in drawn.replace(" ", "")


def test_the_longest_texts_fit_one_page() -> None:
    long = "incomprehensibilities " * 20
    drawn = pdf.draw(
        paper(
            long[:200],
            show=replace(SHOW, title=long[:200], screen=long[:60]),
            place=Place(3, long[:120], long[:380]),
            seller=Seller(long[:200], long[:300], "X" * 40),
            tickets=[admission(label="AA50", type="W" * 40, category="wheelchair")],
            due=Decimal("99999999.99"),
        )
    )
    assert len(read(drawn).pages) == 1


def test_what_a_theater_has_not_filled_in_is_left_out() -> None:
    plain = admission(type="", fee=Decimal(0), discount=Decimal(0), tax_rate=Decimal(0))
    text = words_of(
        read(pdf.draw(paper(seller=Seller(), tickets=[plain], place=Place(3, "B", "")))).pages[0]
    )
    assert "12.50 EUR" in text
    for word in ("Sold by", "VAT ID", "Booking fee", "including", "Voucher", "the booking fee"):
        assert word not in text, word


def test_free_cancellation_is_until_the_start() -> None:
    terms = Terms([(timedelta(0), 100)], with_fee=True)
    text = words_of(read(pdf.draw(paper(terms=terms))).pages[0])
    assert "the whole price back until the start, with the booking fee" in text


def test_yen_have_no_decimals() -> None:
    ticket = admission(price=Decimal("1800.00"), discount=Decimal(0), fee=Decimal("100.00"))
    text = words_of(read(pdf.draw(paper(currency="JPY", tickets=[ticket]))).pages[0])
    assert "1900 JPY" in text
