"""Who made a photo, under which terms and how: written into each of its public files.

EXIF, XMP and (in JPEG) IPTC-IIM say the same, since every reader of such facts knows another one.
"""

from xml.sax.saxutils import escape, quoteattr

from PIL import Image

from courant.stories.published import PublishedPhoto

ARTIST, COPYRIGHT = 0x013B, 0x8298  # EXIF
BY_LINE, CREDIT, NOTICE = 80, 110, 116  # datasets of IIM's record 2
ORIGINS = "http://cv.iptc.org/newscodes/digitalsourcetype/"
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}


def creator(photo: PublishedPhoto) -> str:
    """The person of a credit such as "Ilse Brandt/Lantern"."""
    return photo.credit.partition("/")[0].strip()


def exif(photo: PublishedPhoto) -> Image.Exif:
    """Nothing but the credit: place, device and times stay in the newsroom."""
    found = Image.Exif()
    if photo.credit:
        found[ARTIST] = photo.credit.encode()  # UTF-8, as every reader of it expects
    if photo.rights:
        found[COPYRIGHT] = photo.rights.encode()
    return found


def xmp(photo: PublishedPhoto) -> bytes:
    """The same as RDF; empty when nothing is known."""
    plain = {
        "photoshop:Credit": photo.credit,
        "Iptc4xmpExt:DigitalSourceType": photo.origin and ORIGINS + photo.origin,
    }
    attributes = "".join(f" {name}={quoteattr(text)}" for name, text in plain.items() if text)
    listed = ""
    if name := creator(photo):
        listed += f"<dc:creator><rdf:Seq><rdf:li>{escape(name)}</rdf:li></rdf:Seq></dc:creator>"
    if photo.rights:
        text = f'<rdf:li xml:lang="x-default">{escape(photo.rights)}</rdf:li>'
        listed += f"<dc:rights><rdf:Alt>{text}</rdf:Alt></dc:rights>"
    if not attributes and not listed:
        return b""
    used = "".join(
        f' xmlns:{prefix}="{uri}"'
        for prefix, uri in NAMESPACES.items()
        if f"{prefix}:" in attributes + listed
    )
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about=""{used}{attributes}>{listed}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def iim(photo: PublishedPhoto) -> bytes:
    """A JPEG segment (APP13) with IPTC's older form, which picture desks still read."""
    facts = ((BY_LINE, creator(photo)), (CREDIT, photo.credit))
    rows = [_dataset(2, number, text.encode()) for number, text in facts if text]
    if photo.rights:
        rows.append(_dataset(2, NOTICE, photo.rights.encode()))
    if not rows:
        return b""
    data = _dataset(1, 90, b"\x1b%G") + b"".join(rows)  # 1:90 says that it is UTF-8
    resource = b"8BIM\x04\x04\0\0" + len(data).to_bytes(4, "big") + data + b"\0" * (len(data) % 2)
    segment = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment


def _dataset(record: int, number: int, data: bytes) -> bytes:
    return bytes((0x1C, record, number)) + len(data).to_bytes(2, "big") + data
