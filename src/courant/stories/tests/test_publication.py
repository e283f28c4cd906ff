"""A revision becomes the story that every output sees."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from courant.stories import published as out
from courant.stories.models import Byline, Person
from courant.stories.publication import published_story, read_paper, reading_minutes
from courant.stories.tests.make import NOON, make_desk_photo, make_desk_story

pytestmark = pytest.mark.django_db


def test_a_live_story_is_in_the_paper_with_its_address():
    story = make_desk_story("The ferry is back.", title="Ferry returns", slug="ferry-returns")
    (published,) = read_paper().stories
    assert published.id == story.pk
    assert published.path == "/harbour/ferry-returns/"
    assert published.section.title == "Harbour"
    assert [out.plain(block.runs) for block in published.body] == ["The ferry is back."]


def test_a_draft_is_not_in_the_paper():
    make_desk_story(publish=False)
    assert read_paper().stories == ()


def test_bold_italic_and_links_survive_and_other_markup_loses_only_its_tags():
    text = (
        'Plain <b>bold <i>both</i></b> and <a href="https://example.org/">a link</a>, <u>end</u>.'
    )
    story = published_story(make_desk_story(text))
    (block,) = story.body
    assert block.runs == (
        out.Run("Plain "),
        out.Run("bold ", bold=True),
        out.Run("both", bold=True, italic=True),
        out.Run(" and "),
        out.Run("a link", href="https://example.org/"),
        out.Run(", end."),
    )


def test_a_script_address_is_no_link():
    story = published_story(make_desk_story('<a href="javascript:alert(1)">words</a>'))
    assert story.body[0].runs == (out.Run("words"),)


def test_a_link_to_a_draft_keeps_the_words_and_loses_the_address():
    draft = make_desk_story(publish=False, slug="secret-plan")
    story = published_story(make_desk_story(f'See <a linktype="page" id="{draft.pk}">this</a>.'))
    assert story.body[0].runs == (out.Run("See this."),)


def test_a_photo_without_credit_or_alt_text_cannot_be_published():
    photo = make_desk_photo(title="Quay", alt="", credit="")
    story = make_desk_story(publish=False, lead_photo=photo)
    with pytest.raises(ValidationError) as error:
        story.get_latest_revision().publish()
    assert error.value.messages == ["The lead photo (“Quay”) has no alt text and no credit."]
    story.refresh_from_db()
    assert not story.live


def test_a_photo_in_the_body_is_named_with_its_place():
    photo = make_desk_photo(title="Quay", credit="")
    body = [("paragraph", "<p>Text.</p>"), ("photo", {"photo": photo, "caption": ""})]
    story = make_desk_story(publish=False, body=body)
    with pytest.raises(ValidationError, match=r"The photo in block 2 of the body .* has no credit"):
        story.get_latest_revision().publish()


@pytest.mark.parametrize(
    ("words", "photos", "minutes"), [(0, 0, 1), (238, 0, 1), (239, 0, 2), (238, 1, 2), (476, 6, 3)]
)
def test_reading_time_is_238_words_a_minute_and_ten_seconds_a_photo_rounded_up(
    words, photos, minutes
):
    assert reading_minutes(words, photos) == minutes


def test_only_people_with_a_public_story_are_public():
    known, secret = Person.objects.create(name="Ada Quill"), Person.objects.create(name="Bo Marsh")
    make_desk_story(bylines=[Byline(person=known)])
    make_desk_story(bylines=[Byline(person=secret)], publish=False)
    assert [person.name for person in read_paper().people()] == ["Ada Quill"]


def test_updates_are_newest_first_whatever_order_they_were_written_in():
    body = [
        ("paragraph", "<p>What this is about.</p>"),
        ("update", {"time": NOON, "headline": "Away"}),
        ("paragraph", "<p>Eleven are on board.</p>"),
        ("update", {"time": NOON + timedelta(hours=2), "headline": "Back"}),
        ("paragraph", "<p>All are dry.</p>"),
    ]
    story = published_story(make_desk_story(kind="live", body=body))
    assert [words(block) for block in story.body] == [
        "What this is about.",
        "Back",
        "All are dry.",
        "Away",
        "Eleven are on board.",
    ]


def words(block):
    return block.headline if isinstance(block, out.Update) else out.plain(block.runs)


def test_a_story_says_that_it_was_updated_only_when_that_was_after_it_was_published():
    before = make_desk_story(published_at=NOON, updated_at=NOON - timedelta(hours=1))
    after = make_desk_story(published_at=NOON, updated_at=NOON + timedelta(hours=1))
    at_once = make_desk_story(published_at=NOON, updated_at=NOON)
    updated = [published_story(story).updated for story in (before, after, at_once)]
    assert updated == [None, NOON + timedelta(hours=1), None]
