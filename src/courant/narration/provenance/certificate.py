"""The newsroom's certificate for signing sound: one file with the key and its chain.

A chain made here proves that two files come from the same newsroom and that neither was altered.
It does not prove to strangers who that newsroom is: for that, buy one from an authority on the
C2PA trust list and put its key and chain into the same file.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from courant.lib.files import write_whole

SECRET_MODE = 0o600
YEARS = 20  # nobody's audio should stop because a chain that no stranger checks ran out
A_YEAR = dt.timedelta(days=365)
Key = ec.EllipticCurvePrivateKey


class NoCertificate(Exception):
    """There is no certificate, or none that can sign."""


@dataclass(frozen=True)
class Certificate:
    """What signing needs, as PEM."""

    chain: bytes  # the signer's own first
    key: bytes
    holder: str
    expires: dt.datetime
    own: bool  # made here: no stranger trusts it


def load(file: Path) -> Certificate:
    """Raises NoCertificate, saying what is wrong with the file."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise NoCertificate(f"There is no certificate at {file}.") from None
    try:
        chain = x509.load_pem_x509_certificates(data)
        key = serialization.load_pem_private_key(_part(data, b"PRIVATE KEY"), None)
    except ValueError as error:
        raise NoCertificate(f"{file} holds no certificate with its key: {error}") from error
    leaf = chain[0]
    if leaf.not_valid_after_utc < dt.datetime.now(dt.UTC):
        raise NoCertificate(
            f"The certificate in {file} has expired on {leaf.not_valid_after_utc:%Y-%m-%d}. "
            "Put a new one there, or make one: courant voices certificate --replace"
        )
    if not isinstance(key, Key) or leaf.public_key() != key.public_key():
        raise NoCertificate(f"{file}: the key is not that of the first certificate, or no EC key.")
    return Certificate(
        chain=b"".join(_pem(one) for one in chain),
        key=_key_pem(key),
        holder=leaf.subject.rfc4514_string(),
        expires=leaf.not_valid_after_utc,
        own=root_file(file).exists(),
    )


def root_file(file: Path) -> Path:
    """The public part of a chain made here, for those who want to check."""
    return file.with_name(f"{file.stem}-root.pem")


def make(file: Path, paper: str, *, now: dt.datetime | None = None) -> Certificate:
    """Make root, intermediate and signer, and keep them. Overwrites: ask before."""
    moment = now or dt.datetime.now(dt.UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    root_key, middle_key, leaf_key = keys
    names = [_name(paper, role) for role in ("root", "issuer", "narration")]
    root = _signed(names[0], root_key, names[0], root_key, moment, ca=True)
    middle = _signed(names[1], middle_key, names[0], root_key, moment, ca=True)
    leaf = _signed(names[2], leaf_key, names[1], middle_key, moment, ca=False)
    write_whole(root_file(file), _pem(root))
    whole = _key_pem(leaf_key) + _pem(leaf) + _pem(middle)
    write_whole(file, whole, mode=SECRET_MODE)
    return load(file)


def _name(paper: str, role: str) -> x509.Name:
    facts = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, paper[:64]),
        x509.NameAttribute(NameOID.COMMON_NAME, f"{paper[:50]}: {role}"),
    ]
    return x509.Name(facts)


def _signed(
    subject: x509.Name,
    key: Key,
    issuer: x509.Name,
    issuer_key: Key,
    moment: dt.datetime,
    *,
    ca: bool,
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - dt.timedelta(hours=1))
        .not_valid_after(moment + YEARS * A_YEAR)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(own, critical=False)
        .add_extension(above, critical=False)
    )
    if not ca:  # the use that C2PA's validators accept by default
        mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(mail, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: Key) -> bytes:
    form, open_ = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, open_)


def _part(data: bytes, name: bytes) -> bytes:
    """The PEM block whose label ends so."""
    start = data.find(b"-----BEGIN ")
    while start >= 0:
        end = data.find(b"-----END ", start)
        end = data.find(b"-----", end + 9) + 5
        if name in data[start : data.find(b"\n", start)]:
            return data[start:end] + b"\n"
        start = data.find(b"-----BEGIN ", end)
    raise ValueError("no private key in it")
