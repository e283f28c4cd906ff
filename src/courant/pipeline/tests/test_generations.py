"""A theme, a setting or a name on every page is a new tree; readers see all old or all new."""

from pathlib import Path

import pytest

from courant.bake import generations
from courant.bake.lease import hold
from courant.bake.models import Dependency, Generation, Target
from courant.pipeline import path
from courant.stories.models import FrontPage, Story
from courant.stories.tests.make import make_desk_photo, make_desk_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(own_folders) -> Path:
    make_desk_story(title="First")
    path.publish()
    return own_folders


def link(public: Path) -> str:
    return (public / "current").readlink().name


def rename_paper(name: str) -> None:
    front = FrontPage.objects.get()
    front.title = name
    front.save_revision().publish()


def read(public: Path, name: str = "index.html") -> str:
    return (public / "current" / name).read_text()


def test_another_name_of_the_paper_is_another_tree(public):
    before = link(public)
    rename_paper("The Evening Lantern")
    assert path.publish().switched
    assert link(public) != before
    assert "The Evening Lantern" in read(public)
    assert "The Evening Lantern" in read(public, "about/index.html")


def test_a_logo_that_was_deleted_is_on_no_page_and_the_name_is_back(public):
    front, logo = FrontPage.objects.get(), make_desk_photo()
    front.logo = logo
    front.save_revision().publish()
    assert path.publish().switched
    assert 'class="logo' in read(public)
    logo.delete()
    assert path.publish().switched
    assert 'class="logo' not in read(public)


def test_news_reaches_readers_in_the_old_look_while_the_new_tree_is_made(public, monkeypatch):
    rename_paper("The Evening Lantern")
    with hold() as held:
        baking = path.Baking(held, None)
        baking._step()  # takes the change in: a new generation is begun
        story = make_desk_story(title="Breaking")
        while not list((public / "current").rglob(f"{story.slug}/index.html")):
            assert baking._step()
        made = generations.building()
        assert made is not None
        assert "Breaking" not in read(public) or "The Evening Lantern" not in read(public)
        page = next((public / "current").rglob(f"{story.slug}/index.html")).read_text()
        assert "The Evening Lantern" not in page
        while baking._step():
            pass
    assert "Breaking" in read(public)
    assert "The Evening Lantern" in read(public)


def test_another_look_of_the_code_is_another_tree(public, monkeypatch):
    monkeypatch.setattr("courant.bake.fingerprint._code", lambda: "another theme")
    monkeypatch.setattr(path, "_looked", False)
    assert path.publish().switched
    assert path.publish() is None


def test_a_new_tree_with_a_page_that_fails_is_not_shown(public, monkeypatch):
    before = link(public)
    render = "courant.front.render.about_page"

    def broken(press):
        raise ZeroDivisionError("a fault in the new theme")

    monkeypatch.setattr(render, broken)
    monkeypatch.setattr("courant.front.targets.render.about_page", broken)
    kinds = generations.kinds()
    monkeypatch.setattr(kinds["about"], "_make", broken)
    rename_paper("The Evening Lantern")
    path.publish()
    assert link(public) == before
    assert "The Evening Lantern" not in read(public)
    row = Target.objects.get(generation=generations.building(), kind="about")
    assert row.error == "ZeroDivisionError: a fault in the new theme"


def test_a_kill_between_the_switch_and_its_row_does_no_harm(public, monkeypatch):
    rename_paper("The Evening Lantern")
    write_down = generations._write_down_switch

    def killed(generation, held):
        raise KeyboardInterrupt

    monkeypatch.setattr(generations, "_write_down_switch", killed)
    with pytest.raises(KeyboardInterrupt):
        path.publish()
    monkeypatch.setattr(generations, "_write_down_switch", write_down)
    assert "The Evening Lantern" in read(public)  # readers were switched
    path.publish(everything=True)
    current = generations.current()
    assert current is not None
    assert current.folder == link(public)


def test_one_command_goes_back_and_what_was_taken_back_stays_away(public):
    killed, kept = make_desk_story(title="Killed"), make_desk_story(title="Kept")
    path.publish()
    old = link(public)
    rename_paper("The Evening Lantern")
    path.publish()
    Story.objects.get(pk=killed.pk).unpublish()
    path.publish()
    with hold() as held:
        assert generations.go_back(held).folder == old
    assert link(public) == old
    assert "The Evening Lantern" not in read(public)
    assert not list((public / "current").rglob(f"{killed.slug}/index.html"))
    assert list((public / "current").rglob(f"{kept.slug}/index.html"))
    path.publish()
    assert "Killed" not in read(public)
    assert link(public) == old  # the look that was left is not made again


def test_there_must_be_an_earlier_generation_to_go_back_to(public):
    with (
        hold() as held,
        pytest.raises(generations.CannotGoBack, match="no earlier generation to go back to"),
    ):
        generations.go_back(held)


def test_only_the_generation_before_is_kept(public):
    for name in ("One", "Two", "Three"):
        rename_paper(name)
        path.publish()
    while generations.tidy_up():
        pass
    states = sorted(Generation.objects.values_list("state", flat=True))
    assert states == ["current", "previous"]
    assert Target.objects.exclude(generation__state__in=states).count() == 0
    assert Dependency.objects.exclude(target__generation__state__in=states).count() == 0
    folders = {folder.name for folder in public.glob("generation-*")}
    assert folders == {generation.folder for generation in Generation.objects.all()}
