"""Sentences in spans: the words must come out as they went in."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from courant.front.body import block_texts, block_view
from courant.front.inline import runs_html, sentences_html
from courant.narration.script import block_sentences
from courant.stories import published as out

WORDS = st.text(st.sampled_from("aБ .!?…“”«»&<>\"'é1"), max_size=24)
RUNS = st.lists(
    st.builds(
        out.Run,
        WORDS,
        st.booleans(),
        st.booleans(),
        st.sampled_from(["", "/a/", "https://b.c/?d&e"]),
    ),
    max_size=6,
).map(tuple)


class Words(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.ids: list[str] = []
        self.depth: list[str] = []
        self.feed(html)
        self.close()
        assert not self.depth

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span":
            assert not self.depth  # sentences are never inside a look or another sentence
            self.ids.append(dict(attrs)["id"] or "")
        self.depth.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.depth.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@given(runs=RUNS, language=st.sampled_from(["en", "uk"]))
def test_a_paragraph_keeps_its_words(runs: out.Inline, language: str) -> None:
    view = block_view(out.Paragraph("b1", runs), language, spoken=True)
    words = Words(view.texts[0])
    assert words.text == out.plain(runs)
    assert words.ids == [f"s-b1-{n}" for n in range(len(words.ids))]


@given(items=st.lists(RUNS, max_size=4).map(tuple))
def test_sentence_numbers_run_through_a_whole_block(items: tuple[out.Inline, ...]) -> None:
    block = out.ListBlock("b1", items)
    view = block_view(block, "en", spoken=True)
    ids = [key for text in view.texts for key in Words(text).ids]
    assert ids == [f"s-b1-{n}" for n in range(sum(map(len, block_sentences(block, "en"))))]


@given(runs=RUNS)
def test_each_span_holds_its_sentence(runs: out.Inline) -> None:
    block = out.Paragraph("b1", runs)
    plain = out.plain(runs)
    for sentence in block_sentences(block, "en")[0]:
        html = sentences_html(runs, [sentence], lambda n: f"x{n}")
        inside = html.partition("data-s>")[2].rpartition("</span>")[0]
        assert Words(inside).text == plain[sentence]


def test_the_front_and_the_voice_take_the_texts_of_a_block_in_one_order() -> None:
    box = out.Box("b1", "Title", ((out.Run("One."),), (out.Run("Two. Three."),)))
    assert len(block_texts(box)) == len(block_sentences(box, "en"))


def test_a_bold_run_over_two_sentences_is_split() -> None:
    runs = (out.Run("He "), out.Run("came. He saw", bold=True), out.Run("."))
    html = sentences_html(runs, [slice(0, 8), slice(9, 16)], lambda n: f"s{n}")
    assert html == (
        '<span id="s0" data-s>He <strong>came.</strong></span> '
        '<span id="s1" data-s><strong>He saw</strong>.</span>'
    )


def test_feeds_get_whole_addresses() -> None:
    runs = (out.Run("here", href="/harbour/"),)
    assert runs_html(runs, "https://x.org") == '<a href="https://x.org/harbour/">here</a>'
