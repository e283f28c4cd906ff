"""What machines may do with the paper, said in the files that they ask for.

robots.txt (RFC 9309) by crawler, license.xml (https://rslstandard.org/) by use, llms.txt as a guide
for language models. Pages carry the reservation of text and data mining (TDMRep) themselves. That
there is a license.xml say every page and, in a header, every answer; not robots.txt, where checkers
take a line that they do not know for a mistake.
"""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext

from courant.figures.address import ADDRESS
from courant.front.made import Made
from courant.front.sheet import Press
from courant.front.times import in_language
from courant.front.xml import xml_bytes
from courant.stories.paper import Paper
from courant.stories.published import MachineRules

# Crawlers and tokens whose makers say that they gather texts to train models.
TRAINERS = (
    "AI2Bot",
    "Amazonbot",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "cohere-training-data-crawler",
    "Diffbot",
    "FacebookBot",
    "Google-Extended",
    "GPTBot",
    "meta-externalagent",
    "omgili",
    "PanguBot",
    "Timpibot",
    "webzio-extended",
)
PRIVATE = ("/desk/", "/newsletter/", ADDRESS)  # forms are no reading matter
EVERYTHING = ("/",)
RSL = "https://rslstandard.org/rsl"
ET.register_namespace("rsl", RSL)


def robots(press: Press) -> Made:
    """Who may read what; a crawler follows the group that names it and no other."""
    paper, allowed = press.paper, press.paper.machines
    lines = [*_group(["*"], allowed.search)]
    lines += _group(TRAINERS, allowed.training)
    if allowed.search:
        lines += [f"Sitemap: {paper.url}/{name}" for name in ("sitemap.xml", "news-sitemap.xml")]
    return Made("robots.txt", "\n".join([*lines, ""]).encode())


def _group(names: tuple[str, ...] | list[str], may: bool) -> Iterator[str]:
    yield from (f"User-agent: {name}" for name in names)
    yield from (f"Disallow: {path}" for path in (PRIVATE if may else EVERYTHING))
    yield ""


def licence(press: Press) -> Made:
    """The same by use, for whoever got hold of a text in another way."""
    root = ET.Element(f"{{{RSL}}}rsl")
    content = ET.SubElement(root, f"{{{RSL}}}content", url=f"{press.paper.url}/*")
    terms = ET.SubElement(content, f"{{{RSL}}}license")
    for verb, uses in _uses(press.paper.machines).items():
        if uses:
            ET.SubElement(terms, f"{{{RSL}}}{verb}", type="usage").text = ",".join(uses)
    return Made("license.xml", xml_bytes(root))


def _uses(allowed: MachineRules) -> dict[str, list[str]]:
    uses = {"search": allowed.search, "ai-train": allowed.training}
    return {
        "permits": [use for use, may in uses.items() if may],
        "prohibits": [use for use, may in uses.items() if not may],
    }


def indexnow_key(press: Press) -> Made:
    """Shows search engines that who tells them of changes is the one who writes this site."""
    key: str = settings.COURANT_INDEXNOW["key"]
    return Made(f"{key}.txt", key.encode())


def guide(press: Press) -> Made:
    """llms.txt (https://llmstxt.org/): the paper in Markdown, with where to read on."""
    paper = press.paper
    with in_language(paper.language):
        lines = [f"# {_line(paper.name)}", ""]
        lines += [f"> {_line(paper.tagline)}", ""] if paper.tagline else []
        lines += [_line(paper.about), ""] if paper.about else []
        lines += [f"## {gettext('Sections')}", "", *_sections(paper), ""]
        lines += [f"## {gettext('The paper')}", ""]
        for title, path in (
            (gettext("About us"), "/about/"),
            (gettext("People"), "/people/"),
            (gettext("Topics"), "/topics/"),
            (gettext("Podcast"), "/podcast/"),
            ("JSON Feed", "/feed.json"),
            ("Sitemap", "/sitemap.xml"),
        ):
            lines.append(_link(title, paper.url + path))
    return Made("llms.txt", "\n".join([*lines, ""]).encode())


def _sections(paper: Paper) -> Iterator[str]:
    for section in paper.sections:
        about = f": {_line(section.description)}" if section.description else ""
        yield _link(section.title, paper.url + iri_to_uri(section.path)) + about


def _link(title: str, url: str) -> str:
    return f"- [{_line(title).replace('[', '(').replace(']', ')')}]({url})"


def _line(text: str) -> str:
    return " ".join(text.split())
