"""The documentation says what is so."""

import re
from pathlib import Path

import pytest

from courant.config import Config
from courant.ops.commands import NAMES

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def test_every_setting_is_documented_with_its_default_and_meaning():
    text = (ROOT / "docs" / "settings.md").read_text()
    for name, field in Config.model_fields.items():
        row = f"| `{name}` |"
        assert row in text, f"docs/settings.md lacks {name}"
        assert field.description in text, f"docs/settings.md says something else of {name}"
    documented = set(re.findall(r"^\| `(\w+)` \|", text, re.M))
    assert documented == set(Config.model_fields)


def test_every_command_is_documented():
    text = (ROOT / "docs" / "commands.md").read_text()
    documented = set(re.findall(r"^\| `([\w]+)", text, re.M))
    assert documented == set(NAMES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_documentation_leads_somewhere(page):
    text = re.sub(r"```.*?```|`[^`\n]*`|^    .*$", "", page.read_text(), flags=re.S | re.M)
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
