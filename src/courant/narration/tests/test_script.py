from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from courant.narration.script import (
    Utterance,
    anchor,
    block_sentences,
    prepared,
    script_for,
    spoken_byline,
    spoken_texts,
)
from courant.stories import published as out
from courant.stories.tests.make import (
    make_byline,
    make_published_photo,
    make_published_story,
    paragraph,
)


def runs(text: str) -> out.Inline:
    return (out.Run(text),)


def texts_of(story: out.PublishedStory) -> list[str]:
    return [utterance.text for utterance in script_for(story).utterances]


def test_headline_byline_and_body_are_read_in_this_order():
    story = make_published_story(
        "It rained. All day.",
        headline="The river rose",
        bylines=(make_byline("Marta Quill"), make_byline("Jon Hale")),
    )
    assert texts_of(story) == [
        "The river rose",
        "By Marta Quill and Jon Hale.",
        "It rained.",
        "All day.",
    ]


def test_captions_tables_embeds_links_and_pull_quotes_are_not_read(tmp_path):
    photo = make_published_photo(tmp_path)
    story = make_published_story(
        out.PhotoBlock("p", photo),
        out.Table("t", "Budget", ("Year",), (("2026",),)),
        out.Embed("e", "https://example.org", "A video"),
        out.RelatedStory("r", "/harbour/other/", "Another story"),
        out.PullQuote("q", "It was cold."),
        "Only this.",
        lead_photo=photo,
    )
    assert texts_of(story)[2:] == ["Only this."]


def test_lists_boxes_and_subheadings_are_read():
    story = make_published_story(
        out.Subheading("s", "What is known"),
        out.ListBlock("l", (runs("One. Two."), runs("Three."))),
        out.Box("b", "The bridge", (runs("Built in 1954."), runs("Closed now."))),
    )
    spoken = [(u.block, u.sentence, u.text) for u in script_for(story).utterances[2:]]
    assert spoken == [
        ("s", 0, "What is known"),
        ("l", 0, "One."),
        ("l", 1, "Two."),
        ("l", 2, "Three."),
        ("b", 0, "The bridge"),
        ("b", 1, "Built in 1954."),
        ("b", 2, "Closed now."),
    ]


def test_who_said_a_quote_is_heard_after_it():
    story = make_published_story(out.Quote("q", runs("We will. Soon."), "Ann Lee", "the mayor"))
    assert texts_of(story)[2:] == ["We will.", "Soon.", "Ann Lee, the mayor"]


def test_a_sentence_without_words_keeps_its_number_and_is_not_said():
    story = make_published_story(paragraph("One. — … ! Two.", "b"))
    numbers = [u.sentence for u in script_for(story).utterances if u.block == "b"]
    spans = block_sentences(story.body[0], "en")[0]
    assert len(numbers) < len(spans)
    assert numbers == [0, len(spans) - 1]


def test_bylines_are_named_by_what_they_did():
    bylines = (
        make_byline("Marta Quill"),
        make_byline("Ilse Brandt", "drawings"),
        make_byline("Jon Hale", "translation"),
    )
    assert (
        spoken_byline(bylines, "en")
        == "By Marta Quill, with drawings by Ilse Brandt, translated by Jon Hale."
    )
    assert (
        spoken_byline(bylines, "uk")
        == "Текст: Marta Quill; малюнки: Ilse Brandt; переклад: Jon Hale."
    )
    assert spoken_byline((), "en") == ""


def test_pauses_are_longer_behind_a_block_than_behind_a_sentence():
    story = make_published_story("One. Two.", "Three.")
    first, last = script_for(story).utterances[2:4]
    assert first.pause < last.pause


def test_what_engines_take_for_instructions_is_not_passed_on():
    text = "He said [[h@l'oU]] [pause:9s] <break time='9s'/> {x} a|b\\c\x00 soft\u00adhyphen."
    assert prepared(text) == "He said h@l'oU pause:9s break time='9s'/ x a b c softhyphen."


def test_the_digest_follows_words_language_and_places():
    story = make_published_story(paragraph("One. Two.", "b"))
    digest = script_for(story).digest
    assert script_for(replace(story, standfirst="New", updated=story.published)).digest == digest
    for other in (
        replace(story, body=(paragraph("One. Three.", "b"),)),
        replace(story, body=(paragraph("One. Two.", "c"),)),
        replace(story, headline="Another"),
        replace(story, language="uk"),
    ):
        assert script_for(other).digest != digest


def test_an_anchor_is_an_id():
    assert anchor("headline", 0) == "s-headline-0"


TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(deadline=None)
@given(st.lists(TEXT, max_size=5), st.sampled_from(["en", "uk"]))
def test_every_letter_and_digit_of_the_body_is_spoken_once_and_in_order(texts, language):
    body = (
        *(paragraph(text, f"p{n}") for n, text in enumerate(texts)),
        out.ListBlock("l", tuple(runs(text) for text in texts)),
    )
    story = make_published_story(*body, language=language)
    spoken = [u for u in script_for(story).utterances if u.block not in ("headline", "byline")]
    shown = "".join(text for block in body for text in spoken_texts(block))
    assert _letters("".join(u.text for u in spoken)) == _letters(shown)
    for block in body:
        _matches_its_sentences(block, [u for u in spoken if u.block == block.id], language)


def _matches_its_sentences(block: out.Block, said: list[Utterance], language: str) -> None:
    spans = block_sentences(block, language)
    pieces = [t[s] for t, row in zip(spoken_texts(block), spans, strict=True) for s in row]
    assert [u.text for u in said] == [prepared(pieces[u.sentence]) for u in said]


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
