"""An edition's page on the web: when it is there, what it shows, what it never shows."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.utils.timezone import now

from courant.bake import generations
from courant.bake.lease import hold
from courant.front.made import file_of
from courant.newsletter import archive, controls
from courant.newsletter.models import DigestSlot, Edition, EditionStory, Newsletter
from courant.newsletter.tests.make import make_newsletter, make_subscription
from courant.pipeline import archiving, path
from courant.pipeline.editions import edition_of
from courant.pipeline.tests.archived import go_out_with
from courant.pipeline.work import deliver_all
from courant.stories.tests.make import make_desk_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(own_folders, settings, tmp_path: Path) -> Path:
    settings.COURANT_OUTBOX = tmp_path / "outbox"
    return own_folders / "current"


@pytest.fixture
def newsletter() -> Newsletter:
    return Newsletter.objects.get()


def page(public: Path, address: str) -> str:
    file = public / address.strip("/") / "index.html"
    return file.read_text() if file.exists() else ""


def sent(public: Path) -> list[str]:
    """The text of each letter, to whom it went first."""
    files = sorted((public.parent.parent / "outbox").glob("*.eml"))
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [f"{mail['To']}\n{mail.get_body(('plain',)).get_content()}" for mail in mails]


def published(*titles: str) -> list[int]:
    found = [make_desk_story(f"{title} in full.", title=title).pk for title in titles]
    path.publish()
    return found


def test_its_page_is_there_before_its_first_letter_and_not_before_it_goes_out(public, newsletter):
    address = make_subscription(newsletter).subscriber.email
    [story] = published("The ferry returns")
    edition = edition_of(story, wait=True)
    path.deliver()
    path.publish()
    assert page(public, edition.path) == "" and sent(public) == []

    Edition.objects.update(next_at=now() - timedelta(seconds=1))
    path.deliver()
    assert sent(public) == [], "its page is not there yet"
    path.publish()
    shown = page(public, edition.path)
    assert "The ferry returns in full." in shown
    path.deliver()
    [letter] = sent(public)
    assert f"{edition.path}\r\n" in letter and address in letter
    assert address not in shown and "/newsletter/unsubscribe/" not in shown


def test_one_call_makes_the_page_and_sends_the_letters(public, newsletter):
    make_subscription(newsletter)
    [story] = published("The ferry returns")
    edition = edition_of(story)
    deliver_all()
    assert page(public, edition.path) and len(sent(public)) == 1
    assert edition.path in page(public, f"/newsletters/{newsletter.slug}/")


def test_a_page_that_cannot_be_made_holds_up_letters_for_two_minutes_and_no_longer(
    public, newsletter, monkeypatch
):
    make_subscription(newsletter)
    [story] = published("The ferry returns")
    edition_of(story)
    monkeypatch.setattr("courant.newsletter.pages.Shelf.letter", lambda *_: 1 / 0)
    deliver_all()
    assert sent(public) == []
    Edition.objects.update(out_at=now() - archiving.PATIENCE - timedelta(seconds=1))
    deliver_all()
    assert len(sent(public)) == 1


def test_what_is_out_is_too_late_to_be_taken_back(newsletter):
    make_subscription(newsletter)
    edition = edition_of_a_row(newsletter, next_at=now() + timedelta(seconds=60))
    assert controls.may_take_back(edition, now())
    controls.go_out(edition, now())
    with pytest.raises(controls.EditionError, match="is on its way"):
        controls.take_back(edition, now())


def edition_of_a_row(newsletter: Newsletter, **facts: object) -> Edition:
    return Edition.objects.create(
        **{
            "key": f"row/{Edition.objects.count()}",
            "newsletter": newsletter,
            "subject": "A row",
            "state": "sending",
            "created_at": now(),
        }
        | facts
    )


def test_an_edition_that_nobody_got_leaves_the_archive(public, newsletter):
    edition = go_out_with(*published("One", "Two"))
    path.publish()
    assert page(public, edition.path)
    controls.cancel(edition)
    path.publish()
    assert page(public, edition.path) == ""
    assert edition.path not in page(public, f"/newsletters/{newsletter.slug}/")


def test_a_page_of_several_stories_shows_what_the_letter_held(public):
    edition = go_out_with(*published("The ferry", "The pilots", "The tide"), words="Good morning.")
    path.publish()
    shown = page(public, edition.path)
    places = [shown.index(f">{title}<") for title in ("The ferry", "The pilots", "The tide")]
    assert places == sorted(places) and "Good morning." in shown and edition.subject in shown
    for file in public.rglob("newsletters/**/index.html"):
        for address in re.findall(r'href="(/[^"#?]*)', file.read_text()):
            assert (public / file_of(address)).exists(), f"{file} leads to {address}"


def test_of_a_story_that_was_taken_back_no_page_of_letters_says_a_word(public, newsletter):
    ferry, pilots, tide = published("Zqferryqz", "Zqpilotsqz", "Zqtideqz")
    alone, several = go_out_with(ferry), go_out_with(pilots, tide, words="Zqpilotsqz object.")
    path.publish()
    hub = f"/newsletters/{newsletter.slug}/"
    places = (alone.path, several.path, hub, f"{hub}{now().year}/")
    assert all("Zqferryqz" in page(public, where) for where in (places[0], *places[2:]))
    assert all("Zqpilotsqz" in page(public, where) for where in places[1:])
    for story in (ferry, pilots):
        type(make_desk_story(publish=False)).objects.get(pk=story).unpublish()
    path.publish()
    for where in places:
        assert page(public, where)
        assert "Zqferryqz" not in page(public, where) and "Zqpilotsqz" not in page(public, where)
    assert "A story of this letter was taken back." in page(public, alone.path)
    assert "Zqtideqz" in page(public, several.path)
    assert alone.path not in page(public, hub) and several.path in page(public, hub)


def test_an_introduction_that_leads_to_a_story_that_was_taken_back_goes_with_it(public):
    from courant.stories.models import Story

    first, second, third = published("Zqferryqz", "The pilots", "The tide")
    path_of_first = Story.objects.get(pk=first).get_url_parts()[2]
    edition = go_out_with(second, third, words="Zqferryqz is late.", link=path_of_first)
    path.publish()
    assert "Zqferryqz is late." in page(public, edition.path)
    Story.objects.get(pk=first).unpublish()
    path.publish()
    assert "The pilots" in page(public, edition.path)
    assert "Zqferryqz" not in page(public, edition.path)


def test_a_correction_reaches_the_page_of_a_letter(public):
    from courant.stories.models import Correction, Story

    [story] = published("The ferry returns")
    edition = go_out_with(story)
    path.publish()
    draft = Story.objects.get(pk=story).get_latest_revision_as_object()
    draft.corrections = [Correction(text="It was five boats.")]
    draft.save_revision().publish()
    path.publish()
    assert "It was five boats." in page(public, edition.path)


def test_digests_of_several_time_zones_share_a_page(public, newsletter):
    stories = published("One", "Two", "Three")
    where = archive.path_for(newsletter.slug, now())
    for number, held in enumerate((stories[:2], stories[1:])):
        edition = edition_of_a_row(newsletter, key=f"digest/{number}", path=where, subject="Tide")
        rows = [EditionStory(edition=edition, story_id=pk, version=now()) for pk in held]
        EditionStory.objects.bulk_create(rows)
        DigestSlot.objects.create(
            newsletter=newsletter, zone=str(number), at=now(), stories=held[::-1], edition=edition
        )
        controls.go_out(edition, now())
    path.publish()
    shown = page(public, where)
    assert [shown.count(f">{title}<") for title in ("One", "Two", "Three")] == [1, 1, 1]
    assert shown.index(">Two<") < shown.index(">One<")  # as the digest has them
    assert page(public, f"/newsletters/{newsletter.slug}/").count(where) == 1


def test_each_newsletter_has_its_page_with_a_form_that_needs_no_script(public, newsletter):
    weekly = make_newsletter(
        slug="weekly", name="Haven", description="What the week was.", digest="weekly"
    )
    published("One")
    all_of_them = page(public, "/newsletters/")
    for words in ("Haven", "What the week was.", "Every Friday", "/newsletters/weekly/"):
        assert words in all_of_them
    assert all_of_them.count('action="/newsletter/sign-up/"') == 2
    assert 'name="newsletter" value="weekly"' in page(public, "/newsletters/weekly/")
    assert "No letter has gone out yet." in page(public, "/newsletters/weekly/")
    assert '<a href="/newsletters/">' in page(public, "/")
    assert "/newsletters/" in (public / "sitemap-pages.xml").read_text()
    weekly.language = "uk"
    weekly.save()
    path.publish()
    assert "Щоп’ятниці" in page(public, "/newsletters/weekly/")
    weekly.delete()
    path.publish()
    assert page(public, "/newsletters/weekly/") == "" and "Haven" not in page(
        public, "/newsletters/"
    )


def test_an_old_tree_gives_back_no_letter_of_a_story_that_was_taken_back(public):
    from courant.stories.models import FrontPage, Story

    [story] = published("Zqferryqz")
    edition = go_out_with(story)
    path.publish()
    front = FrontPage.objects.get()
    front.title = "Another name"
    front.save_revision().publish()
    path.publish()
    Story.objects.get(pk=story).unpublish()
    path.publish()
    with hold() as held:
        generations.go_back(held)
    assert "Zqferryqz" not in page(public, edition.path)
