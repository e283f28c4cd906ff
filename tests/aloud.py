"""What a screen reader is given of a page: Chromium's accessibility tree, in its order."""

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

Heard = list[tuple[str, str]]  # role and name
ONE_EACH = ("banner", "main", "contentinfo")
LANDMARKS = ("navigation", "region", "search")
STOPS = ("link", "button", "textbox", "searchbox")
ON_THEIR_OWN = ("link", "heading", "image", "button")
SILENT = ("generic", "none", "InlineTextBox", "LineBreak", "ListMarker", "paragraph", "list")


def read_aloud(page: Page) -> Heard:
    """All that has a name or is a landmark, in the order in which it is read."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    return list(_walk(nodes[0], by_id))


def _walk(node: dict[str, Any], by_id: dict[str, Any]) -> Iterator[tuple[str, str]]:
    role, name = (node.get(fact, {}).get("value", "") for fact in ("role", "name"))
    if not node["ignored"] and role not in SILENT and (name or role in (*ONE_EACH, *LANDMARKS)):
        yield role, " ".join(name.split())
    for child in node.get("childIds", ()):
        yield from _walk(by_id[child], by_id)


def order_faults(heard: Heard) -> list[str]:
    """What would confuse whoever hears a page instead of seeing it."""
    roles = Counter(role for role, _ in heard)
    faults = [f"{roles[role]} {role}" for role in ONE_EACH if roles[role] != 1]
    stops = [each for each in heard if each[0] in STOPS]
    if stops[0][1] not in ("Skip to the content", "Перейти до змісту"):
        faults.append(f"The first stop is {stops[0]}")
    named = Counter(each for each in heard if each[0] in LANDMARKS)
    faults += [f"A {role} without a name" for (role, name) in named if not name]
    faults += [f"{n} times the {role} {name!r}" for (role, name), n in named.items() if n > 1]
    faults += [
        f"Twice on end: {name!r} ({one}, {other})"
        for (one, name), (other, again) in itertools.pairwise(
            each for each in heard if each[0] in (*ON_THEIR_OWN, *ONE_EACH)
        )
        if name == again and one == other
    ]
    return faults
