"""A paper of any size for the benches: rows written in bulk, as an old archive would hold them."""

import json
import random
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

WORDS = [
    "harbour",
    "ferry",
    "council",
    "wall",
    "storm",
    "boat",
    "quay",
    "night",
    "morning",
    "tide",
    "price",
    "vote",
    "library",
    "school",
    "bell",
    "fish",
    "market",
    "bridge",
    "road",
    "island",
    "crew",
    "captain",
    "repair",
    "board",
    "meeting",
    "water",
    "light",
    "winter",
    "summer",
    "people",
    "said",
    "after",
    "before",
    "under",
    "over",
    "with",
    "without",
    "from",
    "about",
    "into",
    "against",
    "because",
    "while",
]
SECTIONS, PEOPLE, TOPICS = 6, 40, 60
A_CHUNK = 1000


def make_site(stories: int, *, words: int = 600, seed: int = 1) -> None:
    """Sections, people, topics and so many published stories over ten years, no pictures."""
    from wagtail.models import Page

    from courant.stories.models import FrontPage, Person, Section, Topic

    chance = random.Random(seed)
    front = FrontPage.objects.get()
    sections = []
    for number in range(SECTIONS):
        section = Section(title=f"Section {number}", slug=f"section-{number}")
        sections.append(front.add_child(instance=section))
        front.refresh_from_db()
    Person.objects.bulk_create(
        Person(name=f"Person {n}", slug=f"person-{n}", role="Reporter") for n in range(PEOPLE)
    )
    Topic.objects.bulk_create(Topic(name=f"Topic {n}", slug=f"topic-{n}") for n in range(TOPICS))
    people, topics = list(Person.objects.all()), list(Topic.objects.all())
    for first in range(0, stories, A_CHUNK):
        count = min(A_CHUNK, stories - first)
        _chunk(first, count, stories, words, sections, people, topics, chance)
        print(f"\rwriting {first + count:,} of {stories:,} stories", end="", file=sys.stderr)
    for section in sections:
        children = Page.objects.child_of(section).count()
        Page.objects.filter(pk=section.pk).update(numchild=children)
    print(file=sys.stderr)


def _chunk(
    first: int,
    count: int,
    stories: int,
    words: int,
    sections: list[Any],
    people: list[Any],
    topics: list[Any],
    chance: random.Random,
) -> None:
    from django.db import transaction
    from django.utils.timezone import now

    from courant.pipeline.models import Change
    from courant.stories.models import Byline, Story
    from courant.stories.models.parts import StoryTopic

    newest = now() - timedelta(hours=1)
    rows = []
    for number in range(first, first + count):
        section = sections[number % SECTIONS]
        place = number // SECTIONS + 1
        when = newest - timedelta(days=3650) * (stories - number) / stories
        rows.append(
            Story(
                path=section.path + _step(place),
                depth=section.depth + 1,
                numchild=0,
                title=f"{text(chance, 8).capitalize()} {number}",
                draft_title=f"Story {number}",
                slug=f"story-{number}",
                url_path=f"{section.url_path}story-{number}/",
                live=True,
                locale_id=section.locale_id,
                content_type=Story(title="x").cached_content_type,
                translation_key=uuid.uuid4(),
                first_published_at=when,
                last_published_at=when,
                standfirst=text(chance, 20).capitalize() + ".",
                body=json.dumps(list(body(chance, words))),
                published_at=when,
            )
        )
    with transaction.atomic():
        _insert(rows)
        Byline.objects.bulk_create(Byline(story=row, person=chance.choice(people)) for row in rows)
        StoryTopic.objects.bulk_create(
            StoryTopic(content_object=row, tag=topic)
            for row in rows
            for topic in chance.sample(topics, 2)
        )
        Change.objects.bulk_create(Change(subject=f"page:{row.pk}", bulk=True) for row in rows)


def _insert(rows: list[Any]) -> None:
    """Rows of a model with a parent table, which Django's bulk_create refuses."""
    from django.db import connection
    from wagtail.models import Page

    from courant.stories.models import Story

    pages = [
        Page(**{f.attname: getattr(row, f.attname) for f in Page._meta.concrete_fields})
        for row in rows
    ]
    Page.objects.bulk_create(pages)
    if any(page.pk is None for page in pages):
        raise RuntimeError(f"{connection.vendor} gives no ids for rows written in bulk.")
    for row, page in zip(rows, pages, strict=True):
        row.pk = row.id = row.page_ptr_id = page.pk
    own = list(Story._meta.local_concrete_fields)
    names = ", ".join(f'"{f.column}"' for f in own)
    marks = ", ".join(["%s"] * len(own))
    values = [
        [f.get_db_prep_save(f.pre_save(row, add=True), connection) for f in own] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO stories_story ({names}) VALUES ({marks})", values)  # noqa: S608


def _step(place: int) -> str:
    from wagtail.models import Page

    return Page._int2str(place).rjust(Page.steplen, Page.alphabet[0])


def body(chance: random.Random, words: int) -> Iterator[dict[str, Any]]:
    for _ in range(words // 60):
        yield {"type": "paragraph", "value": f"<p>{said(chance, 4)}</p>", "id": str(uuid.uuid4())}


def said(chance: random.Random, sentences: int) -> str:
    """Sentences of fifteen words."""
    return " ".join(f"{text(chance, 15).capitalize()}." for _ in range(sentences))


def text(chance: random.Random, count: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(count))
