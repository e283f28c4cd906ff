"""XML documents of the paper."""

import re
from xml.etree import ElementTree as ET

# What XML 1.0 cannot hold, not even escaped.
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_bytes(root: ET.Element) -> bytes:
    """A document without the characters that XML forbids."""
    for element in root.iter():
        if element.text:
            element.text = _legal(element.text)
        for name, value in element.attrib.items():
            element.set(name, _legal(value))
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _legal(text: str) -> str:
    return ILLEGAL.sub("", text)
