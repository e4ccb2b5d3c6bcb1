"""Passes for Apple Wallet: a ZIP of a description, pictures and a detached PKCS #7 signature.

APPLE_PASS_FILE is a PEM file with the pass's certificate, its private key and Apple's intermediate
certificate (WWDR). The certificate itself says of which pass type and team it is.
"""

import io
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    PKCS7Options,
    PKCS7SignatureBuilder,
)
from cryptography.x509 import Certificate, load_pem_x509_certificates
from cryptography.x509.oid import NameOID

from bookings.tickets.facts import Admission, Paper
from bookings.tickets.words import Words

MEDIA_TYPE = "application/vnd.apple.pkpass"
PICTURES = sorted((Path(__file__).parent / "pass").glob("*.png"))
COLORS = {
    "backgroundColor": "rgb(138, 21, 56)",
    "foregroundColor": "rgb(255, 255, 255)",
    "labelColor": "rgb(240, 205, 215)",
}


@dataclass(frozen=True, slots=True)
class PassKey:
    """Who signs passes: the certificate with its key, and those between it and Apple's root."""

    certificate: Certificate
    private: RSAPrivateKey | EllipticCurvePrivateKey
    between: tuple[Certificate, ...]

    def named(self, oid: Any) -> str:
        """Returns the value of an attribute in the certificate's subject."""
        return str(self.certificate.subject.get_attributes_for_oid(oid)[0].value)


@lru_cache(maxsize=4)
def read_key(file: str) -> PassKey:
    """Returns what the PEM file has. Raises OSError or ValueError if it is of no use."""
    pem = Path(file).read_bytes()
    private, certificates = load_pem_private_key(pem, None), load_pem_x509_certificates(pem)
    if not isinstance(private, RSAPrivateKey | EllipticCurvePrivateKey):
        raise TypeError("the key of a pass is RSA")
    public = private.public_key()
    own = [each for each in certificates if each.public_key() == public]
    if not own:
        raise ValueError(f"{file} has no certificate of its private key")
    return PassKey(own[0], private, tuple(each for each in certificates if each is not own[0]))


def draw(paper: Paper, ticket: Admission, key: PassKey) -> bytes:
    """Returns a pass for one ticket (a .pkpass file)."""
    files = {picture.name: picture.read_bytes() for picture in PICTURES}
    files["pass.json"] = orjson.dumps(describe(paper, ticket, key))
    # Apple's format demands SHA-1 here; the signature is of SHA-256.
    digests = {name: sha1(content).hexdigest() for name, content in files.items()}  # noqa: S324  # nosec B324
    files["manifest.json"] = orjson.dumps(digests)
    files["signature"] = _signature(files["manifest.json"], key)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return archive.getvalue()


def _signature(manifest: bytes, key: PassKey) -> bytes:
    builder = PKCS7SignatureBuilder().set_data(manifest)
    builder = builder.add_signer(key.certificate, key.private, SHA256())
    for certificate in key.between:
        builder = builder.add_certificate(certificate)
    return builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])


def describe(paper: Paper, ticket: Admission, key: PassKey) -> dict[str, Any]:
    """Returns what the pass shows, as Apple's `pass.json`."""
    words, show, place = Words(paper.language), paper.show, paper.place
    barcode = {
        "format": "PKBarcodeFormatQR",
        "message": ticket.token,
        "messageEncoding": "iso-8859-1",
        "altText": paper.reference,
    }
    described: dict[str, Any] = {
        "formatVersion": 1,
        "passTypeIdentifier": key.named(NameOID.USER_ID),
        "teamIdentifier": key.named(NameOID.ORGANIZATIONAL_UNIT_NAME),
        "serialNumber": ticket.code,
        "organizationName": place.name,
        "logoText": place.name,
        "description": words("tickets", title=show.title),
        "relevantDate": show.starts_at.isoformat(timespec="seconds"),
        "expirationDate": show.ends_at.isoformat(timespec="seconds"),
        "barcodes": [barcode],
        "sharingProhibited": True,
        "eventTicket": _fields(paper, ticket, words),
        **COLORS,
    }
    if place.latitude is not None and place.longitude is not None:
        point = {"latitude": float(place.latitude), "longitude": float(place.longitude)}
        described["locations"] = [point]
    return described


def _fields(paper: Paper, ticket: Admission, words: Words) -> dict[str, list[dict[str, str]]]:
    show, seller = paper.show, paper.seller
    seat = [
        (words("seat"), ticket.label),
        (words("type"), ticket.type or words.named(ticket.category)),
    ]
    sold_by = ", ".join(filter(None, (seller.legal_name, seller.legal_address, seller.tax_id)))
    back = [
        (words("reference"), paper.reference),
        (words("total"), words.amount(ticket.total, paper.currency)),
        (paper.place.name, paper.place.address),
        (words("seller"), sold_by),
        ("", words.terms(paper.terms.steps, with_fee=paper.terms.with_fee, fee=bool(ticket.fee))),
        ("", words("once")),
    ]
    fields = {
        "headerFields": [(words("starts"), words.time(show.starts_at))],
        "primaryFields": [("", show.title)],
        "secondaryFields": [("", words.date(show.starts_at)), (words("screen"), show.screen)],
        "auxiliaryFields": seat,
        "backFields": back,
    }
    return {kind: _named(kind, pairs) for kind, pairs in fields.items()}


def _named(kind: str, pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Returns fields with keys of their own, without those that have no value."""
    return [
        {"key": f"{kind}{n}", "label": label, "value": value}
        for n, (label, value) in enumerate(pairs)
        if value
    ]
