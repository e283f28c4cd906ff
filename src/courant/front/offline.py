"""What makes the paper one that can be installed and read without a line.

/sw.js                  the worker that keeps what was read, in the reader's browser
/offline/               what is shown where nothing was kept, with what was
/manifest.webmanifest   name, colours and icon for the home screen
"""

import json
from dataclasses import replace

from django.utils.translation import gettext

from courant.front.assets import SOURCE, asset_url
from courant.front.heads import Head
from courant.front.icon import LARGE, SMALL
from courant.front.made import Made
from courant.front.render import page
from courant.front.sheet import Press, Sheet
from courant.front.times import in_language

SCRIPTS = ("player.js", "page.js", "search.js")


def worker(press: Press) -> Made:
    """The worker with the files that every page needs: another look is another worker."""
    font = press.sheet(press.paper.language).font
    names = ["style.css", "icon.svg", *SCRIPTS, font]
    listed = json.dumps([asset_url(name) for name in names])
    source = (SOURCE / "sw.js").read_text()
    return Made("sw.js", f"const STATIC = {listed};\n{source}".encode())


def offline_page(press: Press) -> Made:
    """What a reader sees without a line, where a page was not kept."""
    sheet = press.sheet(press.paper.language)
    with in_language(sheet.language):
        head = Head(gettext("You are offline"), "")
    return sheet.made("/offline/", page(sheet, "offline", head))


def manifest(press: Press) -> Made:
    """For the home screen (W3C Web Application Manifest)."""
    paper, sheet = press.paper, press.sheet(press.paper.language)
    facts = {
        "name": paper.name,
        "short_name": paper.name if len(paper.name) <= 20 else paper.name.split()[-1],
        "description": paper.tagline,
        "lang": paper.language,
        "dir": "rtl" if sheet.is_rtl else "ltr",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "categories": ["news"],
        "background_color": sheet.ground[0],
        "theme_color": sheet.ground[0],
        "icons": [
            *(_icon(sheet, side, "any") for side in (SMALL, LARGE)),
            *(_icon(sheet, side, "maskable") for side in (SMALL, LARGE)),
        ],
    }
    data = json.dumps(facts, ensure_ascii=False).encode()
    return replace(sheet.made("/", ""), path="manifest.webmanifest", data=data)


def _icon(sheet: Sheet, side: int, purpose: str) -> dict[str, str]:
    return {
        "src": sheet.icon(side, whole=purpose == "maskable"),
        "sizes": f"{side}x{side}",
        "type": "image/png",
        "purpose": purpose,
    }
