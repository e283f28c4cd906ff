"""The part of schema.org's vocabulary that pages use, and who checks data against it.

Written from the vocabulary's own file (release 29): a class with those above it, a property with
the classes that may have it and what it may hold.
"""

import re
from collections.abc import Iterator
from typing import Any

ABOVE = {
    "CreativeWork": "Thing",
    "Article": "CreativeWork",
    "NewsArticle": "Article",
    "AnalysisNewsArticle": "NewsArticle",
    "OpinionNewsArticle": "NewsArticle",
    "BackgroundNewsArticle": "NewsArticle",
    "SocialMediaPosting": "Article",
    "BlogPosting": "SocialMediaPosting",
    "LiveBlogPosting": "BlogPosting",
    "WebPage": "CreativeWork",
    "ProfilePage": "WebPage",
    "WebSite": "CreativeWork",
    "Comment": "CreativeWork",
    "CorrectionComment": "Comment",
    "MediaObject": "CreativeWork",
    "ImageObject": "MediaObject",
    "AudioObject": "MediaObject",
    "Person": "Thing",
    "Organization": "Thing",
    "NewsMediaOrganization": "Organization",
    "Intangible": "Thing",
    "ItemList": "Intangible",
    "BreadcrumbList": "ItemList",
    "ListItem": "Intangible",
    "SpeakableSpecification": "Intangible",
}
PROPERTIES = {
    "articleSection": ("Article", "Text"),
    "audio": ("CreativeWork", "AudioObject"),
    "author": ("CreativeWork", "Organization Person"),
    "caption": ("AudioObject ImageObject", "MediaObject Text"),
    "contentSize": ("MediaObject", "Text"),
    "contentUrl": ("MediaObject", "URL"),
    "contributor": ("CreativeWork", "Organization Person"),
    "copyrightNotice": ("CreativeWork", "Text"),
    "correction": ("CreativeWork", "CorrectionComment Text URL"),
    "correctionsPolicy": ("Organization", "CreativeWork URL"),
    "creditText": ("CreativeWork", "Text"),
    "cssSelector": ("SpeakableSpecification", "Text"),
    "dateModified": ("CreativeWork", "DateTime"),
    "datePublished": ("CreativeWork", "DateTime"),
    "description": ("Thing", "Text"),
    "digitalSourceType": ("CreativeWork", "URL"),  # an IPTCDigitalSourceEnumeration's address
    "duration": ("MediaObject", "Duration"),
    "encodingFormat": ("CreativeWork", "Text URL"),
    "ethicsPolicy": ("Organization", "CreativeWork URL"),
    "headline": ("CreativeWork", "Text"),
    "image": ("Thing", "ImageObject URL"),
    "inLanguage": ("CreativeWork", "Text"),
    "isAccessibleForFree": ("CreativeWork", "Boolean"),
    "item": ("ListItem", "URL"),  # a Thing, by its address
    "itemListElement": ("ItemList", "ListItem"),
    "jobTitle": ("Person", "Text"),
    "keywords": ("CreativeWork Organization", "Text"),
    "license": ("CreativeWork", "CreativeWork URL"),
    "logo": ("Organization", "ImageObject URL"),
    "mainEntity": ("CreativeWork", "Thing"),
    "mainEntityOfPage": ("Thing", "CreativeWork URL"),
    "masthead": ("NewsMediaOrganization", "CreativeWork URL"),
    "name": ("Thing", "Text"),
    "position": ("ListItem CreativeWork", "Integer"),
    "publisher": ("CreativeWork", "Organization Person"),
    "publishingPrinciples": ("CreativeWork Organization Person", "CreativeWork URL"),
    "speakable": ("Article WebPage", "SpeakableSpecification"),
    "text": ("CreativeWork", "Text"),
    "timeRequired": ("CreativeWork", "Duration"),
    "transcript": ("AudioObject", "Text"),
    "translationOfWork": ("CreativeWork", "CreativeWork"),
    "url": ("Thing", "URL"),
    "usageInfo": ("CreativeWork", "CreativeWork URL"),
    "wordCount": ("Article", "Integer"),
    "workTranslation": ("CreativeWork", "CreativeWork"),
    "worksFor": ("Person", "Organization"),
}
FORMS = {
    "Text": r"[\s\S]*\S[\s\S]*",
    "URL": r"https?://[!-~]+",
    "DateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)",
    "Duration": r"P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?",
}


def faults(node: Any, where: str = "") -> Iterator[str]:
    """What is wrong with a piece of data by the vocabulary, each as a sentence."""
    types = _types(node)
    if unknown := [name for name in types if name != "Thing" and name not in ABOVE]:
        yield f"{where}: {unknown} are no classes"
        return
    for name, value in node.items():
        if name.startswith("@"):
            continue
        here = f"{where}/{name}"
        if name not in PROPERTIES:
            yield f"{here}: no property"
            continue
        domain, wanted = (set(words.split()) for words in PROPERTIES[name])
        if not domain & _line(types):
            yield f"{here}: not of {types}"
        for each in value if isinstance(value, list) else [value]:
            if not _fits(each, wanted):
                yield f"{here}: {each!r} is none of {sorted(wanted)}"
            if isinstance(each, dict):
                yield from faults(each, here)


def _fits(value: Any, wanted: set[str]) -> bool:
    match value:
        case dict():
            return bool(_line(_types(value)) & wanted)
        case bool():
            return "Boolean" in wanted
        case int():
            return "Integer" in wanted
        case str():
            return any(re.fullmatch(FORMS[name], value) for name in wanted & set(FORMS))
    return False


def _types(node: dict[str, Any]) -> list[str]:
    found = node["@type"]
    return found if isinstance(found, list) else [found]


def _line(types: list[str]) -> set[str]:
    """The classes and all above them."""
    found = set[str]()
    for name in types:
        while name and name not in found:
            found.add(name)
            name = ABOVE.get(name, "")
    return found
