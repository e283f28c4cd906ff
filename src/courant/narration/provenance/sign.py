"""Signs a finished file with Content Credentials: last of all, since any later edit breaks them.

https://spec.c2pa.org/specifications/specifications/2.2/ and https://opensource.contentauthenticity.org
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from courant import __version__
from courant.narration import disclosure
from courant.narration.plan import Plan
from courant.narration.provenance import certificate
from courant.stories.published import PublishedStory

EMBEDDED = ("audio/mpeg", "audio/mp4")  # Ogg has no place for a manifest


def mark(file: Path, media_type: str, story: PublishedStory, plan: Plan) -> bool:
    """Sign a file in place. False when there is nothing to sign with, or no place in this form.

    Raises NoCertificate for a certificate that cannot sign: silence would be taken for a mark.
    """
    path = Path(settings.COURANT_SIGNING)
    if settings.COURANT_DISCLOSURE == "off" or media_type not in EMBEDDED or not path.exists():
        return False
    signed = file.with_name(f"{file.name}.signed.tmp")
    try:
        _sign(file, signed, media_type, manifest(story, plan, media_type), certificate.load(path))
        signed.rename(file)
    finally:
        signed.unlink(missing_ok=True)
    return True


def manifest(story: PublishedStory, plan: Plan, media_type: str) -> dict[str, Any]:
    """What is claimed: how the sound came about, of which story, by whose software."""
    action: dict[str, Any] = {"action": "c2pa.created"}
    if plan.source_type:
        action["digitalSourceType"] = disclosure.IPTC + plan.source_type
        action["softwareAgent"] = {"name": plan.speaker}
        action["description"] = "A published story, read by a machine"
    else:
        action["digitalSourceType"] = disclosure.IPTC + "digitalCapture"
        action["description"] = f"A published story, read by {plan.speaker}"
    work = {
        "@context": "https://schema.org",
        "@type": "AudioObject",
        "name": story.headline,
        "isBasedOn": settings.COURANT_URL + story.path,
        "inLanguage": story.language,
    }
    return {
        "claim_generator_info": [{"name": "courant", "version": __version__}],
        "title": story.headline,
        "format": media_type,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [action]}},
            {"label": "stds.schema-org.CreativeWork", "data": work},
        ],
    }


def _sign(
    source: Path, target: Path, media_type: str, claim: dict[str, Any], by: certificate.Certificate
) -> None:
    import c2pa  # half a second and 30 MB that only a narrator needs

    stamps = settings.COURANT_TIMESTAMPS.encode() or None
    info = c2pa.C2paSignerInfo(b"es256", by.chain, by.key, stamps)
    try:
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(json.dumps(claim)) as builder,
            source.open("rb") as reading,
            target.open("w+b") as writing,
        ):
            builder.sign(signer, media_type, reading, writing)
    except c2pa.C2paError as error:
        raise certificate.NoCertificate(f"The sound could not be signed: {error}") from error
