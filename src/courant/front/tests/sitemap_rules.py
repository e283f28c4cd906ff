"""What the sitemap protocol and its two extensions ask for, as checks.

https://www.sitemaps.org/protocol.html (its schema file is CC BY-SA and no part of this house),
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap and
https://developers.google.com/search/docs/specialty/international/localized-versions
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

CORE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
MOST_ENTRIES, MOST_BYTES, LONGEST = 50_000, 50 * 1024 * 1024, 2048
MOST_NEWS = 1000
ORDER = [f"{CORE}{name}" for name in ("loc", "lastmod", "changefreq", "priority")]
FREQUENCIES = {"always", "hourly", "daily", "weekly", "monthly", "yearly", "never"}
ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[!-;=?-~]*")  # escaped: no space, < or >
MOMENT = re.compile(
    r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])"
    r"(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?"
)
NEWS_LANGUAGE = re.compile(r"[a-z]{2,3}|zh-cn|zh-tw")
HREFLANG = re.compile(r"x-default|[a-z]{2,3}(-[A-Za-z]{4})?(-[A-Z]{2})?")


def sitemap_faults(data: bytes, address: str) -> list[str]:
    """What is wrong with a sitemap or an index of them that stands at this address."""
    faults = [f"{len(data)} bytes are too many"] if len(data) > MOST_BYTES else []
    root = ET.fromstring(data.decode())  # noqa: S314 - our own
    entry = {f"{CORE}urlset": "url", f"{CORE}sitemapindex": "sitemap"}.get(root.tag)
    if entry is None:
        return [f"{root.tag} is no sitemap"]
    if not 0 < len(root) <= MOST_ENTRIES and not address.endswith("/news-sitemap.xml"):
        faults.append(f"it has {len(root)} entries")
    places = [each.findtext(f"{CORE}loc") for each in root]
    faults += [f"{place} stands twice" for place in {*places} if places.count(place) > 1]
    if len(root.findall(f"*/{NEWS}news")) > MOST_NEWS:
        faults.append("it has too many news")
    for each in root:
        where = each.findtext(f"{CORE}loc")
        faults += [f"{where}: {fault}" for fault in _entry(each, f"{CORE}{entry}", address)]
    return faults


def _entry(each: ET.Element, name: str, address: str) -> Iterator[str]:
    if each.tag != name or each.attrib:
        yield f"{each.tag} {each.attrib} is no {name}"
    own = [child.tag for child in each if child.tag.startswith(CORE)]
    allowed = ORDER if name.endswith("}url") else ORDER[:2]
    if own != [tag for tag in allowed if tag in own] or f"{CORE}loc" not in own:
        yield f"{own} are not one loc and what may follow it, once each"
    if [child.tag for child in each][: len(own)] != own:
        yield "what is of other namespaces comes last"
    for child in each:
        if child.tag in ORDER:
            yield from _fact(child, address)
        elif child.tag == f"{NEWS}news":
            yield from _news(child)
        elif child.tag != LINK:
            yield f"unknown {child.tag}"
    yield from _links(each)


def _fact(fact: ET.Element, address: str) -> Iterator[str]:
    text = fact.text or ""
    folder = address.rpartition("/")[0]
    right = {
        "loc": bool(ADDRESS.fullmatch(text)) and len(text) < LONGEST and text.startswith(folder),
        "lastmod": bool(MOMENT.fullmatch(text)),
        "changefreq": text in FREQUENCIES,
        "priority": bool(re.fullmatch(r"0\.\d+|1\.0+|[01]", text)),
    }
    name = fact.tag.removeprefix(CORE)
    if not right[name] or len(fact) or fact.attrib:
        yield f"{name} may not be {text!r}"


def _news(news: ET.Element) -> Iterator[str]:
    told = {child.tag: child.text or "" for child in news.iter() if len(child) == 0}
    wanted = [f"{NEWS}{name}" for name in ("name", "language", "publication_date", "title")]
    if sorted(told) != sorted(wanted) or not all(told.values()):
        yield f"news need {wanted}, each once and not empty"
    if [child.tag for child in news.findall(f"{NEWS}publication/*")] != wanted[:2]:
        yield "a publication has a name and a language"
    if not NEWS_LANGUAGE.fullmatch(told.get(f"{NEWS}language", "")):
        yield "the language is no code of ISO 639"
    if not MOMENT.fullmatch(told.get(f"{NEWS}publication_date", "")):
        yield "publication_date is no date of W3C"


def _links(url: ET.Element) -> Iterator[str]:
    links = url.findall(LINK)
    if not links:
        return
    languages = [link.get("hreflang", "") for link in links]
    for link in links:
        if set(link.attrib) != {"rel", "hreflang", "href"} or link.get("rel") != "alternate":
            yield f"{link.attrib} is no alternate"
        if not HREFLANG.fullmatch(link.get("hreflang", "")):
            yield f"{link.get('hreflang')} is no language"
        if not ADDRESS.fullmatch(link.get("href", "")):
            yield f"{link.get('href')} is no address"
    if len(set(languages)) != len(languages):
        yield "a language stands twice"
    if languages.count("x-default") != 1:
        yield "there is one x-default"
    if url.findtext(f"{CORE}loc") not in [link.get("href") for link in links]:
        yield "it does not name itself"


def alternates_in(data: bytes) -> dict[str, set[tuple[str, str]]]:
    """The alternates of each address of a sitemap."""
    return {
        url.findtext(f"{CORE}loc", ""): {
            (link.get("hreflang", ""), link.get("href", "")) for link in url.findall(LINK)
        }
        for url in ET.fromstring(data)  # noqa: S314 - our own
    }


def alternate_faults(pages: Mapping[str, set[tuple[str, str]]]) -> list[str]:
    """Pages whose alternates do not name them back; `pages` are all that name any."""
    return [
        f"{page} names {other}, which answers {sorted(pages.get(other, set()))}"
        for page, links in pages.items()
        for _, other in sorted(links)
        if pages.get(other) != links
    ]
