"""Keys of wallets that were made here: nobody but the tests trusts them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

YEAR = timedelta(days=365)


def pem_of(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(
    key: rsa.RSAPrivateKey, name: x509.Name, by: rsa.RSAPrivateKey, issuer: x509.Name
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - YEAR)
        .not_valid_after(now + YEAR)
        .add_extension(x509.BasicConstraints(ca=key is by, path_length=None), critical=True)
        .sign(by, hashes.SHA256())
    )


def apple_key(folder: Path) -> tuple[Path, Path]:
    """Returns a file as APPLE_PASS_FILE wants it, and one with its issuer's certificate."""
    issuing, key = new_key(), new_key()
    wwdr = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Not Apple")])
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.USER_ID, "pass.example.tickets"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Pass Type ID: pass.example.tickets"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "A1B2C3D4E5"),
        ]
    )
    root = _certificate(issuing, wwdr, issuing, wwdr).public_bytes(Encoding.PEM)
    own = _certificate(key, name, issuing, wwdr).public_bytes(Encoding.PEM)
    (folder / "root.pem").write_bytes(root)
    (folder / "pass.pem").write_bytes(root + own + pem_of(key))
    return folder / "pass.pem", folder / "root.pem"


def google_key(folder: Path) -> tuple[Path, bytes]:
    """Returns a file as GOOGLE_WALLET_FILE wants it, and the public key."""
    key, file = new_key(), folder / "account.json"
    account = {
        "type": "service_account",
        "client_email": "tickets@example.iam.gserviceaccount.com",
        "private_key_id": "0123456789abcdef0123456789abcdef01234567",
        "private_key": pem_of(key).decode(),
    }
    file.write_bytes(orjson.dumps(account))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return file, public
