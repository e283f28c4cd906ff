"""Reads the Content Credentials of a file and says in plain words what they are worth."""

import json
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from courant.narration.disclosure import IPTC

TYPES = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".mp4": "audio/mp4", ".wav": "audio/wav"}
ALTERED = ("assertion.dataHash.mismatch", "assertion.bmffHash.mismatch", "hashedURI.mismatch")
UNKNOWN_SIGNER = "signingCredential.untrusted"
EXPIRED = "signingCredential.expired"
SOURCES = {
    "algorithmicMedia": "made by rules, without a trained model (IPTC: algorithmicMedia)",
    "trainedAlgorithmicMedia": "made by a trained model, that is, by AI "
    "(IPTC: trainedAlgorithmicMedia)",
    "digitalCapture": "recorded, not made by a machine (IPTC: digitalCapture)",
}


@dataclass(frozen=True)
class Finding:
    """What a file says of itself, and whether that can be believed."""

    verdict: str  # trusted, valid, altered, invalid, none
    sentences: tuple[str, ...]
    codes: tuple[str, ...] = field(default=())


def examine(file: Path, root: Path | None = None) -> Finding:
    """Read and check a file; `root` is the certificate of whoever is believed. Raises OSError."""
    import c2pa

    kind = TYPES.get(file.suffix.lower()) or mimetypes.guess_type(file.name)[0] or ""
    extra = {}
    if root and root.exists():
        extra["context"] = c2pa.Context.from_dict(
            {"verify": {"verify_trust": True}, "trust": {"trust_anchors": root.read_text()}}
        )
    with file.open("rb") as stream:
        try:
            with c2pa.Reader(kind or "application/octet-stream", stream, **extra) as reader:
                return _finding(reader.get_validation_state() or "", json.loads(reader.json()))
        except c2pa.C2paError as error:
            return _nothing(file, error)


def _nothing(file: Path, error: Exception) -> Finding:
    if "ManifestNotFound" in type(error).__name__ + str(error):
        return Finding(
            "none",
            (
                "There are no Content Credentials in this file.",
                "It was never signed, or they were removed: podcast hosts and editors do that.",
            ),
        )
    return Finding("invalid", (f"{file.name} cannot be read as signed audio: {error}",))


def _finding(state: str, facts: dict[str, Any]) -> Finding:
    codes = tuple(row["code"] for row in facts.get("validation_status", []))
    claims = tuple(_claims(facts))
    if any(code in codes for code in ALTERED):
        said = "The file was altered after it was signed. Nothing that it says can be believed."
        return Finding("altered", (said,), codes)
    if state == "Trusted":
        said = "The file is as it was signed, and the signer is one that this paper trusts."
        return Finding("trusted", (said, *claims), codes)
    if state == "Valid":
        said = "The file is as it was signed."
        who = (
            "Who signed it is not proved: the certificate leads to no authority known here."
            if UNKNOWN_SIGNER in codes
            else "The signer was not checked against any list of authorities."
        )
        return Finding("valid", (said, who, *claims), codes)
    why = "The certificate has expired." if EXPIRED in codes else f"It says: {', '.join(codes)}."
    return Finding("invalid", (f"The signature does not hold. {why}",), codes)


def _claims(facts: dict[str, Any]) -> Any:
    one = facts["manifests"][facts["active_manifest"]]
    signature = one.get("signature_info", {})
    issuer, name = signature.get("issuer", "?"), signature.get("common_name", "?")
    yield f"Signed by: {issuer} ({name}){_when(signature)}"
    yield f"Title: {one.get('title', '')}"
    for assertion in one.get("assertions", []):
        data = assertion.get("data", {})
        for action in data.get("actions", []):
            kind = str(action.get("digitalSourceType", "")).removeprefix(IPTC)
            yield f"How it came about: {SOURCES.get(kind, kind or 'not said')}"
            if agent := action.get("softwareAgent"):
                yield f"Voice: {agent.get('name', agent) if isinstance(agent, dict) else agent}"
        if data.get("isBasedOn"):
            yield f"Text: {data['isBasedOn']}"


def _when(signature: dict[str, Any]) -> str:
    return f", {signature['time']}" if signature.get("time") else ", at a time that is not proved"
