"""That a machine speaks, said wherever it can be heard: one switch, every place.

EU AI Act (Regulation 2024/1689), article 50, and its Code of Practice; IPTC's and schema.org's
words for how digital media came about: https://cv.iptc.org/newscodes/digitalsourcetype/
"""

from django.conf import settings

from courant.narration.tongues import tongue

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SCHEMA = {
    "algorithmicMedia": "https://schema.org/AlgorithmicMediaDigitalSource",
    "trainedAlgorithmicMedia": "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
    "": "https://schema.org/DigitalCaptureDigitalSource",  # a person before a microphone
}
WORDS = {
    "en": "This audio is created with AI assistance",
    "uk": "Це аудіо створено за допомогою ШІ",
}


def words(language: str) -> str:
    """The disclosure in a language, the newsroom's own words first; "" when it is switched off."""
    if settings.COURANT_DISCLOSURE == "off":
        return ""
    own, short = settings.COURANT_DISCLOSURE_WORDS, tongue(language)
    return str(own.get(language) or own.get(short) or WORDS.get(short) or WORDS["en"])


def said(language: str, *, asked: bool) -> str:
    """What the voice itself says of it; "" unless the setting or the desk `asked` for it."""
    return words(language) if asked or settings.COURANT_DISCLOSURE == "spoken" else ""
