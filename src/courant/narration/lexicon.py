"""The newsroom's lexicon as it is kept: which rules there are, which stories they touch."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from courant.narration.chosen import choices_of
from courant.narration.models import LexiconEntry, SpokenText
from courant.narration.reading.lexicon import Lexicon, Rule, Rules, speak
from courant.narration.script import Script, script_for
from courant.narration.tongues import tongue
from courant.stories.published import PublishedStory

AT_ONCE = 200  # texts in memory


def lexicon_of(language: str) -> Rules:
    """The rules of today in a language, from the database."""
    return Rules(rules_of(language).values())


def rules_of(language: str) -> dict[str, Rule]:
    """The rules in a language by what is written."""
    rows = LexiconEntry.objects.filter(language=tongue(language))
    return {row.grapheme: row.rule for row in rows}


class Lexica(dict[str, Lexicon]):
    """The lexicon of each language, read once."""

    def of(self, language: str) -> Lexicon:
        name = tongue(language)
        if name not in self:
            self[name] = lexicon_of(name)
        return self[name]


# ── Which stories hold which words ────────────────────────────────────────────────────────────────


def index(stories: Iterable[PublishedStory]) -> None:
    """Keep what is read of each story, so that a rule's stories are found without reading them."""
    choices = cache(choices_of)
    texts = {
        story.id: (
            tongue(story.language),
            text_of(script_for(story, choices(story.language))),
        )
        for story in stories
    }
    rows = SpokenText.objects.in_bulk(list(texts), field_name="story_id")
    changed = [
        SpokenText(story_id=story_id, language=language, text=text)
        for story_id, (language, text) in texts.items()
        if story_id not in rows
        or (rows[story_id].language, rows[story_id].text) != (language, text)
    ]
    SpokenText.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["story_id"],
        update_fields=["language", "text"],
    )


def text_of(script: Script) -> str:
    """What is read, a sentence a line, before any rule."""
    return "\n".join(utterance.text for utterance in script.utterances)


def stories_with(language: str, grapheme: str) -> list[int]:
    """Stories in whose text a rule for these words may apply, whatever its case; newest first."""
    rule = Rule(grapheme, exact=False)
    sought = Rules([rule])
    return [
        story_id
        for story_id, text in _texts(language)
        if any(any(sought.spans(line)) for line in _lines_with(grapheme, text))
    ]


def touched_by(language: str, grapheme: str, rule: Rule | None) -> list[int]:
    """Stories that would sound otherwise if this were the rule for these words; newest first.

    None: if there were none.
    """
    rules: Mapping[str, Rule] = rules_of(language)
    others = {key: kept for key, kept in rules.items() if key != grapheme}
    before, after = Rules(rules.values()), Rules([*others.values(), *([rule] if rule else [])])
    return [
        story_id
        for story_id, text in _texts(language)
        if any(_said(each, before) != _said(each, after) for each in _lines_with(grapheme, text))
    ]


def _lines_with(grapheme: str, text: str) -> list[str]:
    """The sentences in which a word may stand, whatever its case."""
    folded = grapheme.casefold()
    if folded not in text.casefold():
        return []
    return [line for line in text.split("\n") if folded in line.casefold()]


def _said(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """In letters, and in sounds: a voice may take either."""
    return speak(text, lexicon), speak(text, lexicon, ipa=True)


def _texts(language: str) -> Iterator[tuple[int, str]]:
    rows = SpokenText.objects.filter(language=tongue(language)).order_by("-story_id")
    return rows.values_list("story_id", "text").iterator(chunk_size=AT_ONCE)
