"""A newsroom's own templates and styles, from its home, without a change to Courant."""

import re

import pytest

pytestmark = pytest.mark.slow

STORY = """{% extends "front/story.html" %}
{% block main %}<p class="ours">From our own template</p>{{ block.super }}{% endblock %}
"""
MORE = """.ours { background: url("wave.svg"); }"""


def test_templates_and_styles_in_the_home_take_the_place_of_ours(home, story_file):
    address = home.run("publish", str(story_file)).stdout.strip()
    home.run("bake")
    assert "From our own template" not in home.page(address)
    templates, static = home.path / "look" / "templates" / "front", home.path / "look" / "static"
    templates.mkdir(parents=True)
    static.mkdir()
    (templates / "story.html").write_text(STORY)
    (static / "more.css").write_text(MORE)
    (static / "wave.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    home.run("bake")
    html = home.page(address)
    assert "From our own template" in html
    assert "We had forgotten how loud she is" in html
    css = (home.public / re.search(r'href="/(static/style\.\w+\.css)"', html)[1]).read_text()
    wave = re.search(r'\.ours{background: url\("/(static/wave\.\w+\.svg)"\);}', css)
    assert (home.public / wave[1]).exists()
    assert "--paper:" in css
