"""Letters with several stories."""

from email import message_from_bytes
from email.policy import SMTP

import pytest

from courant.newsletter.compose import personal
from courant.newsletter.errors import EditionError
from courant.newsletter.message import one_line
from courant.newsletter.roundup import Entry, Roundup, compose_roundup
from courant.newsletter.tests.make import make_facts, photo_url
from courant.newsletter.tests.test_compose import TO, Read
from courant.stories.published import Run
from courant.stories.tests.make import make_paper, make_published_photo, make_published_story


def roundup_of(*stories, newsletter=None, seconds=0.0, **facts):
    paper = make_paper(*stories, url="https://lantern.example")
    entries = [Entry(story.card, seconds) for story in stories]
    roundup = Roundup(**({"subject": "The week", "entries": entries} | facts))
    return compose_roundup(roundup, paper, newsletter or make_facts(), photo_url)


def test_stories_stand_in_the_order_given_with_their_links(tmp_path):
    photo = make_published_photo(tmp_path, id=4, alt="A boat")
    stories = [
        make_published_story(headline=f"Headline {n}", path=f"/harbour/{n}/", lead_photo=photo)
        for n in (3, 1, 2)
    ]
    letter = roundup_of(*stories)
    page = Read(letter.html)
    links = [link for link in page.all("a", "href") if "/harbour/" in link]
    assert links == [f"https://lantern.example/harbour/{n}/" for n in (3, 1, 2)]
    places = [letter.text.index(f"Headline {n}") for n in (3, 1, 2)]
    assert places == sorted(places)
    assert page.all("img", "alt") == ["A boat"]  # of the first alone


def test_the_introduction_keeps_its_look_and_its_links():
    words = ((Run("Good "), Run("morning", bold=True, href="/harbour/")), (Run("Second."),))
    letter = roundup_of(make_published_story(), introduction=words)
    assert ">morning</strong></a>" in letter.html
    assert "Good morning (https://lantern.example/harbour/)\n\nSecond." in letter.text
    assert letter.preheader.startswith("Good morning")
    assert roundup_of(make_published_story(), preheader="Own words").preheader == "Own words"


def test_a_spoken_story_says_how_long_it_is_heard():
    letter = roundup_of(make_published_story(path="/harbour/x/"), seconds=200)
    assert "Listen (4 min)" in letter.html and "Listen (4 min)" in letter.text
    assert 'href="https://lantern.example/harbour/x/#listen"' in letter.html


def test_ten_stories_weigh_less_than_forty_kilobytes(tmp_path):
    photo = make_published_photo(tmp_path)
    stories = [
        make_published_story(
            headline="The harbour gets a new ferry, and the old one goes upriver " + str(n),
            standfirst="What it costs, who pays for it, and why the pilots are against it. " * 2,
            lead_photo=photo,
        )
        for n in range(10)
    ]
    words = tuple((Run("Good morning from the harbour. " * 10),) for _ in range(3))
    letter = roundup_of(*stories, introduction=words, seconds=300)
    assert len(letter.html.encode()) <= 40_000


def test_a_letter_that_mail_programs_would_cut_is_refused_in_words():
    stories = [make_published_story(standfirst="Words " * 300) for _ in range(60)]
    with pytest.raises(EditionError, match="60 stories; mail programs cut"):
        roundup_of(*stories)


def test_it_speaks_the_language_of_its_newsletter_and_marks_another():
    letter = roundup_of(make_published_story(minutes=2), newsletter=make_facts(language="uk"))
    assert "2 хвилини читання" in letter.html and "Відписатися" in letter.text
    assert 'lang="en"' in letter.html


def test_dark_colours_are_kept_and_each_reader_has_a_way_out():
    letter = roundup_of(make_published_story())
    assert "@media (prefers-color-scheme: dark)" in letter.html
    found = message_from_bytes(personal(letter, TO).data, policy=SMTP)
    for part in found.iter_parts():
        assert TO.unsubscribe_url in part.get_content()
        assert "unsubscribe.invalid" not in part.get_content()


def test_words_of_editors_stay_words():
    nasty = "<script>alert(1)</script> {{ x }} \r\nBcc: a@b.example"
    story = make_published_story(headline=nasty, standfirst=nasty)
    letter = roundup_of(story, subject=nasty, preheader=nasty, introduction=((Run(nasty),),))
    assert "<script" not in letter.html and "{{ x }}" in letter.html
    assert one_line(nasty) in letter.text
    found = message_from_bytes(personal(letter, TO).data, policy=SMTP)
    assert found["Subject"] == one_line(nasty) and found["Bcc"] is None
