"""Passes for the wallets of phones, signed with keys that the tests made."""

import io
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal
from hashlib import sha1
from pathlib import Path
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates

from bookings.tests.ticket_papers import NOW, SHOW, admission, paper
from bookings.tests.wallet_keys import apple_key, google_key, new_key, pem_of
from bookings.tickets import apple, google
from bookings.tickets.facts import Place
from tests.tools import program

ISSUER = "3388000000012345678"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return apple_key(tmp_path_factory.mktemp("apple"))


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> tuple[google.ServiceAccount, bytes]:
    file, public = google_key(tmp_path_factory.mktemp("google"))
    return google.read_account(str(file), ISSUER), public


def unpacked(files: tuple[Path, Path], **changes: Any) -> dict[str, bytes]:
    """Returns the files of the pass of a ticket."""
    of = paper(**changes)
    drawn = apple.draw(of, of.tickets[0], apple.read_key(str(files[0])))
    with zipfile.ZipFile(io.BytesIO(drawn)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def claims(of: Any, account: tuple[google.ServiceAccount, bytes]) -> dict[str, Any]:
    """Returns what a link says, whose signature is good."""
    link = google.link(of, of.tickets[0], account[0])
    assert link
    assert link.startswith("https://pay.google.com/gp/v/save/")
    assert len(link) <= 1800
    token = link.rpartition("/")[2]
    said: dict[str, Any] = jwt.decode(
        token, account[1], ["RS256"], audience="google", options={"verify_iat": False}
    )
    return said


def test_a_pass_says_which_seat_it_is(files: tuple[Path, Path]) -> None:
    said = orjson.loads(unpacked(files)["pass.json"])
    assert said["passTypeIdentifier"] == "pass.example.tickets"
    assert said["teamIdentifier"] == "A1B2C3D4E5"
    assert said["serialNumber"] == admission().code
    assert said["organizationName"] == "Babylon"
    assert said["relevantDate"] == "2030-07-02T20:15:00+02:00"
    (barcode,) = said["barcodes"]
    assert barcode["format"] == "PKBarcodeFormatQR"
    assert barcode["message"] == admission().token
    fields = said["eventTicket"]
    assert fields["primaryFields"][0]["value"] == "Metropolis"
    assert fields["auxiliaryFields"][0] == {
        "key": "auxiliaryFields0",
        "label": "Seat",
        "value": "H7",
    }
    shown = [field["value"] for kind in fields.values() for field in kind]
    for words in ("Tuesday, 2 July 2030", "Screen 1", "Student", "K7M2QX9WRT"):
        assert words in shown
    keys = [field["key"] for kind in fields.values() for field in kind]
    assert len(set(keys)) == len(keys)


def test_a_theater_on_the_map_shows_its_passes_nearby(files: tuple[Path, Path]) -> None:
    place = Place(3, "Babylon", "", "", Decimal("52.5"), Decimal("13.25"))
    said = orjson.loads(unpacked(files, place=place)["pass.json"])
    assert said["locations"] == [{"latitude": 52.5, "longitude": 13.25}]


def test_each_file_of_a_pass_is_in_its_manifest(files: tuple[Path, Path]) -> None:
    found = unpacked(files)
    manifest = orjson.loads(found.pop("manifest.json"))
    del found["signature"]
    assert manifest == {name: sha1(content).hexdigest() for name, content in found.items()}
    assert {"icon.png", "icon@2x.png", "pass.json"} <= found.keys()


def test_the_signature_brings_the_certificates_that_lead_to_the_root(
    files: tuple[Path, Path],
) -> None:
    certificates = load_der_pkcs7_certificates(unpacked(files)["signature"])
    key = apple.read_key(str(files[0]))
    assert set(certificates) == {key.certificate, *key.between}


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("forged", [False, True])
def test_openssl_accepts_the_signature_of_this_manifest_alone(
    forged: bool, files: tuple[Path, Path], tmp_path: Path
) -> None:
    for name, content in unpacked(files).items():
        (tmp_path / name).write_bytes(content + b" " * (forged and name == "manifest.json"))
    command = "smime -verify -binary -inform DER -in signature -content manifest.json -out out"
    trusted = ["-CAfile", str(files[1]), "-purpose", "any"]
    done = subprocess.run(
        [program("openssl"), *command.split(), *trusted],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert (done.returncode == 0) is not forged, done.stderr


def test_a_file_without_the_keys_certificate_is_refused(tmp_path: Path) -> None:
    file, _ = apple_key(tmp_path)
    other = tmp_path / "other.pem"
    certificates = file.read_bytes().partition(b"-----BEGIN PRIVATE")[0]
    other.write_bytes(certificates + pem_of(new_key()))
    with pytest.raises(ValueError, match="no certificate of its private key"):
        apple.read_key(str(other))


def test_a_link_says_which_seat_it_is(account: tuple[google.ServiceAccount, bytes]) -> None:
    said = claims(paper(), account)
    assert said["iss"] == "tickets@example.iam.gserviceaccount.com"
    assert said["typ"] == "savetowallet"
    assert said["iat"] == NOW.timestamp()
    (of_show,) = said["payload"]["eventTicketClasses"]
    (of_ticket,) = said["payload"]["eventTicketObjects"]
    assert of_show["eventName"]["defaultValue"]["value"] == "Metropolis"
    assert of_show["dateTime"]["start"] == "2030-07-02T20:15:00+02:00"
    assert of_show["venue"]["address"]["defaultValue"]["value"].endswith("Berlin")
    assert of_ticket["classId"] == of_show["id"]
    assert of_ticket["id"].startswith(f"{ISSUER}.")
    assert of_ticket["barcode"]["value"] == admission().token
    assert of_ticket["seatInfo"]["seat"]["defaultValue"]["value"] == "H7"


def test_a_moved_show_is_another_one_to_google(
    account: tuple[google.ServiceAccount, bytes],
) -> None:
    before, after = (
        claims(paper(show=replace(SHOW, moves=moves)), account)["payload"] for moves in (0, 1)
    )
    assert before["eventTicketClasses"][0]["id"] != after["eventTicketClasses"][0]["id"]
    assert before["eventTicketObjects"][0]["id"] == after["eventTicketObjects"][0]["id"]


@pytest.mark.parametrize("letter", ["x", "千"])
def test_a_link_stays_short_enough_for_google(
    letter: str, account: tuple[google.ServiceAccount, bytes]
) -> None:
    long = paper(
        letter * 200,
        show=replace(SHOW, title=letter * 200, screen="S" * 60),
        place=Place(3, "B" * 120, letter * 300),
    )
    (of_show,) = claims(long, account)["payload"]["eventTicketClasses"]
    assert of_show["eventName"]["defaultValue"]["value"].startswith(letter)


def test_a_link_that_cannot_be_short_enough_is_none(
    account: tuple[google.ServiceAccount, bytes],
) -> None:
    long = replace(account[0], email="x" * 1000)
    assert google.link(paper(), admission(), long) is None
