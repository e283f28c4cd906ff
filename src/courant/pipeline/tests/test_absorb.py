"""What change rows come to: which pages, in which order, and what stays private."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from courant.bake import generations, marks
from courant.bake.lease import hold
from courant.bake.models import Target
from courant.bake.stores.folder import FolderStore
from courant.pipeline import absorb, oracle, path
from courant.pipeline.models import Change
from courant.stories.models import FrontPage, Person, Photo, Story, StoryTopic, Topic
from courant.stories.models.parts import Byline
from courant.stories.tests.make import make_desk_photo, make_desk_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(own_folders) -> Path:
    make_desk_story(title="First")
    path.publish()
    return own_folders


@pytest.fixture
def put(monkeypatch) -> list[str]:
    """The paths of pages in the order in which they are put and deleted."""
    order: list[str] = []
    put_, delete = FolderStore.put, FolderStore.delete

    def puts(self, name, data, variants):
        order.append(name)
        put_(self, name, data, variants)

    def deletes(self, name):
        order.append(f"-{name}")
        delete(self, name)

    monkeypatch.setattr(FolderStore, "put", puts)
    monkeypatch.setattr(FolderStore, "delete", deletes)
    return order


def test_a_new_story_is_live_before_any_list_names_it(public, put):
    person = Person.objects.create(name="Ada Quill")
    story = make_desk_story(publish=False)
    draft = story.get_latest_revision_as_object()
    draft.bylines = [Byline(person=person)]
    draft.save_revision().publish()
    path.publish()
    own = f"harbour/{story.slug}/index.html"
    places = [name for name in put if not name.startswith(("media/", "oembed/"))]
    assert places[:2] == ["people/ada-quill/index.html", own]
    named = ("index.html", "harbour/index.html", "feed.xml", "people/ada-quill/index.html")
    assert all(name in places[2:] for name in named)
    assert put.count(own) == 1


def test_an_edit_of_the_text_leaves_the_lists_alone(public, put):
    story = Story.objects.get()
    draft = story.get_latest_revision_as_object()
    draft.body = [("paragraph", "<p>Other words.</p>")]
    draft.save_revision().publish()
    path.publish()
    pages = {name for name in put if name.endswith(".html")}
    own = f"harbour/{story.slug}/index.html"
    assert pages == {own, f"lite/{own}"}


def test_a_draft_costs_nothing(public, put):
    make_desk_story(publish=False)
    story = Story.objects.get(live=True)
    story.title = "A draft"
    story.save_revision()
    path.publish()
    assert put == []


def test_a_story_that_was_taken_back_says_so_before_its_page_goes_and_before_lists_change(
    public, put
):
    story = Story.objects.get()
    story.unpublish()
    path.publish()
    own = f"harbour/{story.slug}"
    assert put[:3] == [f"oembed/{story.pk}.json", f"{own}/gone.html", f"-{own}/index.html"]
    words = [name for name in put if name.lstrip("-").startswith(f"lite/{own}/")]
    assert words[:2] == [f"lite/{own}/gone.html", f"-lite/{own}/index.html"]
    assert put.index(words[1]) < put.index("lite/harbour/index.html")  # at once, as its page
    assert "index.html" in put[3:]
    assert "taken back" in (public / "current" / own / "gone.html").read_text()


def test_a_story_that_is_back_no_longer_says_that_it_is_gone(public):
    story = Story.objects.get()
    story.unpublish()
    path.publish()
    story.get_latest_revision().publish()
    path.publish()
    folder = public / "current" / "harbour" / story.slug
    assert {file.name for file in folder.glob("*.html")} == {"index.html"}


def test_the_photos_of_a_story_that_was_taken_back_are_gone(public):
    story = make_desk_story(lead_photo=make_desk_photo())
    path.publish()
    assert photos(public)
    story.unpublish()
    path.publish()
    assert photos(public) == []


def photos(public: Path) -> list[str]:
    """Pictures that readers can get, but for the podcast's cover."""
    hidden = ("podcast-", "share-", "icon-")
    return [name for name in media(public) if not name.startswith(hidden)]


def media(public: Path) -> list[str]:
    return sorted(file.name for file in (public / "current" / "media").glob("*"))


def test_of_a_story_that_was_taken_back_no_drawn_picture_is_left_and_its_card_says_so(public):
    make_desk_story()  # its lists stay, with pictures of their own
    path.publish()
    before = media(public)
    story = make_desk_story()
    path.publish()
    came = set(media(public)) - set(before)
    assert {name.partition("-")[0] for name in came} == {"share"}
    card = public / "current" / "oembed" / f"{story.pk}.json"
    assert story.title in card.read_text()
    story.unpublish()
    path.publish()
    assert media(public) == before
    assert json.loads(card.read_text())["title"] == "This story was taken back"
    assert story.title not in card.read_text()


def test_a_card_for_other_sites_keeps_its_address_wherever_the_story_goes(public):
    story = make_desk_story(slug="first")
    path.publish()
    card = public / "current" / "oembed" / f"{story.pk}.json"
    for slug, live in (("second", True), ("second", False), ("third", True)):
        draft = story.get_latest_revision_as_object()
        draft.slug = slug
        draft.save_revision().publish()
        story.refresh_from_db()
        if not live:
            story.unpublish()
        path.publish()
        told = json.loads(card.read_text())
        assert (f"/harbour/{slug}/" in told.get("html", "")) == live
        assert list(oracle.findings().lines()) == []


def test_in_words_alone_a_moved_story_leads_on_and_one_that_was_taken_back_says_so(
    public, django_capture_on_commit_callbacks
):
    story, gone = make_desk_story(slug="first"), make_desk_story(slug="gone")
    path.publish()
    draft = story.get_latest_revision_as_object()
    draft.slug = "second"
    with django_capture_on_commit_callbacks(execute=True):
        draft.save_revision().publish()
    gone.unpublish()
    path.publish()
    lite = public / "current" / "lite" / "harbour"
    assert "url=/lite/harbour/second/" in (lite / "first" / "index.html").read_text()
    assert "taken back" in (lite / "gone" / "gone.html").read_text()
    assert not (lite / "gone" / "index.html").exists()
    assert list(oracle.findings().lines()) == []


def test_a_page_left_by_a_baker_who_was_killed_goes_when_its_story_was_taken_back(
    public, monkeypatch
):
    """Killed between putting the page and noting the story, while an editor takes it back."""
    story = make_desk_story()

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(absorb.index, "update", killed)
        with pytest.raises(KeyboardInterrupt):
            path.publish()
    page = public / "current" / "harbour" / story.slug / "index.html"
    assert page.exists()
    Change.objects.all().delete()  # the worst case: only what follows is noted
    story.refresh_from_db()
    story.unpublish()
    path.publish()
    assert not page.exists()


def test_a_story_whose_page_fails_is_named_by_no_list_and_tried_again(public, monkeypatch):
    story = make_desk_story(title="Has a fault")
    make = generations.kinds()["story"].make

    def broken(press, key):
        if key == str(story.pk):
            raise ZeroDivisionError("a fault")
        return make(press, key)

    with monkeypatch.context() as patch:
        patch.setattr(generations.kinds()["story"], "make", broken, raising=False)
        path.publish()
    assert "Has a fault" not in (public / "current" / "index.html").read_text()
    waits = Change.objects.get()
    assert (waits.subject, waits.due_at > now()) == (f"page:{story.pk}", True)
    Change.objects.update(due_at=now() - timedelta(seconds=1))
    path.publish()
    assert "Has a fault" in (public / "current" / "index.html").read_text()
    assert not Target.objects.exclude(error="").exists()


def test_news_is_live_before_the_feeds_that_name_the_story_before_it(public, put, monkeypatch):
    first, second = make_desk_story(publish=False), make_desk_story(publish=False)
    put_ = FolderStore.put

    def comes_meanwhile(self, name, data, variants):
        put_(self, name, data, variants)
        if name == "harbour/index.html" and not second.live:
            second.refresh_from_db()
            second.get_latest_revision().publish()
            second.refresh_from_db()

    monkeypatch.setattr(FolderStore, "put", comes_meanwhile)
    first.get_latest_revision().publish()
    path.publish()
    ours, feed = (put.index(name) for name in (f"harbour/{second.slug}/index.html", "feed.xml"))
    assert put.index("harbour/index.html") < ours < feed
    assert list(oracle.findings().lines()) == []


def test_marking_goes_by_what_changed_and_not_through_every_target(public):
    generation = generations.current()
    with CaptureQueriesContext(connection) as seen:
        found = set(marks._readers(generation, {"list:all:0", "settings"}))
    assert found <= set(Target.objects.of(generation).values_list("pk", flat=True))
    [query] = [each["sql"] for each in seen]
    assert 'generation_id" =' not in query.partition("WHERE")[2]


def test_a_change_of_very_many_stories_waits_behind_what_is_urgent(public, monkeypatch):
    monkeypatch.setattr(absorb, "A_CHUNK", 2)
    person = Person.objects.create(name="Ada Quill")
    for _ in range(5):
        story = make_desk_story(publish=False)
        draft = story.get_latest_revision_as_object()
        draft.bylines = [Byline(person=person)]
        draft.save_revision().publish()
    path.publish()
    person.name = "Ada Quill-Marsh"
    person.save()
    with path.hold() as held:
        absorb.absorb(held)
        assert Change.objects.filter(bulk=True).count() == 3
    path.publish()
    pages = (public / "current" / "harbour").rglob("index.html")
    named = [page for page in pages if "Ada Quill-Marsh" in page.read_text()]
    assert len(named) >= 5


def test_a_photo_whose_rights_end_goes_without_anybody_touching_it(public):
    photo = make_desk_photo(rights_end=now() + timedelta(hours=1))
    story = make_desk_story(lead_photo=photo)
    path.publish()
    page = public / "current" / "harbour" / story.slug / "index.html"
    assert "<img" in page.read_text()
    Photo.objects.filter(pk=photo.pk).update(rights_end=now() - timedelta(seconds=1))
    from courant.stories.models import PublicStory

    PublicStory.objects.filter(pk=story.pk).update(until=now() - timedelta(seconds=1))
    path.publish()
    assert "<img" not in page.read_text()
    assert photos(public) == []


def led_to(public: Path, name: str) -> str:
    """Where an old address leads; nothing when it does not."""
    page = public / "current" / name / "index.html"
    found = re.search(r'http-equiv="refresh" content="0; ?url=([^"]+)"', page.read_text())
    return found[1] if found else ""


@pytest.mark.parametrize("kind", ["people", "topics"])
def test_old_addresses_of_people_and_topics_lead_to_the_new_ones_for_ever(public, kind):
    thing = (Person if kind == "people" else Topic).objects.create(name="First", slug="first")
    story = Story.objects.get().get_latest_revision_as_object()
    if kind == "people":
        story.bylines = [Byline(person=thing)]
    else:
        story.story_topics = [StoryTopic(tag=thing)]
    story.save_revision().publish()
    for slug in ("second", "third"):
        thing.slug = slug
        thing.save()
        path.publish()
    assert led_to(public, f"{kind}/first") == led_to(public, f"{kind}/second") == f"/{kind}/third/"
    thing.slug = "first"
    thing.save()
    path.publish()
    assert led_to(public, f"{kind}/second") == led_to(public, f"{kind}/third") == f"/{kind}/first/"
    assert led_to(public, f"{kind}/first") == ""
    story.unpublish()
    path.publish()
    assert not list((public / "current" / kind).glob("*/index.html"))
    assert list(oracle.findings().lines()) == []


def test_an_old_address_leads_on_once_its_topic_has_a_story_in_a_later_tree(public):
    topic = Topic.objects.create(name="Tides", slug="tides")
    topic.slug = "the-tides"
    topic.save()
    path.publish()
    front = FrontPage.objects.get()
    front.title = "Another name"  # another look: a whole new tree
    front.save_revision().publish()
    path.publish()
    assert not (public / "current" / "topics" / "tides").exists()
    story = Story.objects.get().get_latest_revision_as_object()
    story.story_topics = [StoryTopic(tag=topic)]
    story.save_revision().publish()
    path.publish()
    assert led_to(public, "topics/tides") == "/topics/the-tides/"


def test_a_story_whose_row_is_taken_in_while_it_still_waits_gets_another_row(public, monkeypatch):
    first, second = Story.objects.get(), make_desk_story(title="Second")
    path.publish()
    Change.objects.all().delete()
    monkeypatch.setattr(absorb, "A_CHUNK", 2)
    monkeypatch.setattr(absorb, "_stories_of", lambda subjects: {first.pk, second.pk, 10**6})
    for story in (first, second):
        Change.objects.create(subject=f"page:{story.pk}", bulk=True)
    with hold() as held:
        absorb.absorb(held, bulk=True)
    assert [row.subject for row in Change.objects.all()] == [f"page:{first.pk}"]
