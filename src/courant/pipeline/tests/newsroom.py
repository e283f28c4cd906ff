"""A newsroom that does anything that a newsroom may do, in any order: for the oracle."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.timezone import now
from wagtail.models import Page, PageViewRestriction, Revision

from courant.figures.models import FiguresSettings
from courant.newsletter import controls
from courant.newsletter.models import Edition, Newsletter
from courant.pipeline import path
from courant.pipeline.changes import touch
from courant.pipeline.schedule import publish_due
from courant.pipeline.tests.archived import go_out_with
from courant.stories.models import (
    Byline,
    Correction,
    FrontPage,
    FrontPick,
    LanguageFront,
    MenuLine,
    Person,
    Photo,
    PublicStory,
    Section,
    StandingPage,
    Story,
    StoryTopic,
    Topic,
)
from courant.stories.tests.make import make_desk_photo, make_picture_bytes

DAY = timedelta(days=1)
Deed = Callable[["Newsroom"], object]
DEEDS: dict[str, Deed] = {}


def deed(act: Deed) -> Deed:
    DEEDS[act.__name__] = act
    return act


class Newsroom:
    """Rows at the desk and a source of choices; `count` makes every text another one."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.count = chance, 0
        self.front = FrontPage.objects.get()

    # ── Choosing ──────────────────────────────────────────────────────────────────────────────────

    def words(self) -> str:
        self.count += 1
        return f"Text {self.count}"

    def pick(self, rows: Any) -> Any:
        found = list(rows)
        return self.chance.choice(found) if found else None

    def story(self, **facts: Any) -> Story | None:
        return self.pick(Story.objects.filter(**facts).order_by("pk"))

    def section(self) -> Section:
        return self.pick(Section.objects.filter(live=True).order_by("pk")) or new_section(self)

    def person(self) -> Person:
        return self.pick(Person.objects.order_by("pk")) or Person.objects.create(name=self.words())

    def photo(self) -> Photo:
        return self.pick(Photo.objects.filter(rights_end=None).order_by("pk")) or make_desk_photo()

    def topic(self) -> Topic:
        return self.pick(Topic.objects.order_by("pk")) or Topic.objects.create(name=self.words())

    # ── Doing ─────────────────────────────────────────────────────────────────────────────────────

    def edit(self, story: Story | None = None, *, publish: bool = True, **facts: Any) -> None:
        """Change a story as an editor would, on its latest revision."""
        story = story or self.story()
        if story is None:
            return
        draft = story.get_latest_revision_as_object()
        for name, value in facts.items():
            setattr(draft, name, value)
        revision = draft.save_revision()
        if publish:
            revision.publish()

    def save(self, page: Any, **facts: Any) -> None:
        page = page.get_latest_revision_as_object() if page.latest_revision_id else page
        for name, value in facts.items():
            setattr(page, name, value)
        page.save_revision().publish()


def text_block(room: Newsroom) -> tuple[str, str]:
    return "paragraph", f"<p>{room.words()}. It rose.</p>"


# ── Stories ───────────────────────────────────────────────────────────────────────────────────────


@deed
def new_story(room: Newsroom, *, publish: bool = True, **facts: Any) -> Story:
    number, chance = room.count, room.chance
    defaults: dict[str, Any] = {
        "title": room.words(),
        "slug": f"story-{number}-{chance.randrange(10**6)}",
        "live": False,
        "kind": chance.choice(["news", "news", "opinion"]),
        "language": chance.choice(["en", "en", "uk"]),
    }
    story = Story(**(defaults | facts))
    story.body = [text_block(room)]
    if chance.random() < 0.3:
        story.lead_photo = room.photo()
    room.section().add_child(instance=story)
    draft = story
    if chance.random() < 0.6:
        draft.bylines = [Byline(person=room.person())]
    if chance.random() < 0.6:
        draft.story_topics = [StoryTopic(tag=room.topic())]
    revision = draft.save_revision()
    if publish:
        revision.publish()
    return story


@deed
def edit_headline(room: Newsroom) -> None:
    room.edit(title=room.words())


@deed
def edit_standfirst(room: Newsroom) -> None:
    room.edit(standfirst=room.words())


@deed
def edit_body(room: Newsroom) -> None:
    room.edit(body=[text_block(room), ("subheading", room.words())])


@deed
def write_a_draft(room: Newsroom) -> None:
    room.edit(publish=False, title=room.words())


@deed
def write_a_new_draft(room: Newsroom) -> None:
    new_story(room, publish=False)


@deed
def take_back(room: Newsroom) -> None:
    if story := room.story(live=True):
        story.unpublish()


@deed
def publish_again(room: Newsroom) -> None:
    if story := room.story(live=False):
        story.get_latest_revision().publish()


@deed
def delete_story(room: Newsroom) -> None:
    if story := room.story():
        story.delete()


@deed
def move_story(room: Newsroom) -> None:
    story, section = room.story(), room.section()
    if story and story.get_parent().pk != section.pk:
        story.move(section, pos="last-child")


@deed
def new_slug_of_story(room: Newsroom) -> None:
    room.edit(slug=f"renamed-{room.count}-{room.chance.randrange(10**6)}")


@deed
def take_the_slug_of_a_moved_story(room: Newsroom) -> None:
    """Somebody else stands where another story was."""
    first = room.story(live=True)
    if first is None:
        return
    slug, section = first.slug, first.get_parent().specific
    room.edit(first, slug=f"gave-way-{room.count}-{room.chance.randrange(10**6)}")
    story = Story(title=room.words(), slug=slug, live=False)
    story.body = [text_block(room)]
    section.refresh_from_db()
    section.add_child(instance=story)
    story.save_revision().publish()


@deed
def change_kind(room: Newsroom) -> None:
    room.edit(kind=room.chance.choice([kind for kind, _ in Story.Kind.choices]))


@deed
def change_language(room: Newsroom) -> None:
    room.edit(language=room.chance.choice(["en", "uk"]))


@deed
def name_an_original(room: Newsroom) -> None:
    """Whichever: the desk refuses chains, rings and two of a language; scripts need not ask it."""
    room.edit(original=room.story(), language=room.chance.choice(["en", "uk"]))


@deed
def name_no_original(room: Newsroom) -> None:
    if story := room.story(original__isnull=False):
        room.edit(story, original=None)


@deed
def take_back_an_original(room: Newsroom) -> None:
    if story := room.story(live=True, versions__isnull=False):
        story.unpublish()


@deed
def change_date(room: Newsroom) -> None:
    room.edit(published_at=now() - DAY * room.chance.randrange(30))


@deed
def change_bylines(room: Newsroom) -> None:
    names = [Byline(person=room.person(), sort_order=0), Byline(name=room.words(), sort_order=1)]
    room.edit(bylines=names)


@deed
def turn_bylines_round(room: Newsroom) -> None:
    story = room.story(live=True)
    if story:
        bylines = list(reversed(story.bylines.all()))
        for number, byline in enumerate(bylines):
            byline.sort_order = number
        room.edit(story, bylines=bylines)


@deed
def add_correction(room: Newsroom) -> None:
    room.edit(corrections=[Correction(text=room.words(), time=now())])


@deed
def change_lead_photo(room: Newsroom) -> None:
    room.edit(lead_photo=room.photo())


@deed
def photo_in_the_body(room: Newsroom) -> None:
    room.edit(body=[text_block(room), ("photo", {"photo": room.photo(), "caption": ""})])


@deed
def relate(room: Newsroom) -> None:
    if other := room.story():
        room.edit(body=[text_block(room), ("related", {"story": other})])


@deed
def link(room: Newsroom) -> None:
    if other := room.story():
        html = f'<p>See <a linktype="page" id="{other.pk}">{room.words()}</a>.</p>'
        room.edit(body=[("paragraph", html)])


@deed
def revert(room: Newsroom) -> None:
    story = room.story()
    revision = story and room.pick(Revision.objects.for_instance(story).order_by("pk"))
    if revision:
        draft = revision.as_object()
        draft.save_revision(previous_revision=revision).publish()


@deed
def schedule(room: Newsroom) -> None:
    new_story(room, go_live_at=now() + DAY)


@deed
def schedule_is_due(room: Newsroom) -> None:
    Revision.objects.filter(approved_go_live_at__gt=now()).update(approved_go_live_at=now())
    publish_due(retry=True)


@deed
def expire(room: Newsroom) -> None:
    if story := room.story(live=True):
        Page.objects.filter(pk=story.pk).update(expire_at=now() - DAY)
        publish_due(retry=True)


@deed
def save_the_row_alone(room: Newsroom) -> None:
    if story := room.story(live=True):
        story.standfirst = room.words()
        story.save()


@deed
def update_past_the_signals(room: Newsroom) -> None:
    if story := room.story(live=True):
        Story.objects.filter(pk=story.pk).update(standfirst=room.words())
        touch([story])


@deed
def two_edits_at_once(room: Newsroom) -> None:
    with transaction.atomic():
        edit_headline(room)
        edit_body(room)


@deed
def an_edit_that_is_undone(room: Newsroom) -> None:
    try:
        with transaction.atomic():
            new_story(room)
            edit_headline(room)
            take_back(room)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass


@deed
def narrate(room: Newsroom) -> None:
    path.narrate_next()


# ── People, photos, topics ────────────────────────────────────────────────────────────────────────


@deed
def rename_person(room: Newsroom) -> None:
    person = room.person()
    person.name = room.words()
    person.save()


@deed
def new_slug_of_person(room: Newsroom) -> None:
    person = room.person()
    person.slug = f"person-{room.count}-{room.chance.randrange(10**6)}"
    person.save()


@deed
def portrait(room: Newsroom) -> None:
    person = room.person()
    person.portrait, person.bio = room.photo(), room.words()
    person.save()


@deed
def new_person(room: Newsroom) -> None:
    Person.objects.create(name=room.words())


@deed
def change_alt_text(room: Newsroom) -> None:
    photo = room.photo()
    photo.alt = room.words()
    photo.save()


@deed
def change_credit(room: Newsroom) -> None:
    photo = room.photo()
    photo.credit = room.words()
    photo.save()


@deed
def replace_photo(room: Newsroom) -> None:
    photo = room.photo()
    colour = room.chance.choice(["red", "navy", "olive", "teal"])
    photo.file = ContentFile(make_picture_bytes(640, 480, colour), name=f"{room.words()}.jpg")
    photo.file_hash = ""
    photo.width, photo.height = 640, 480
    photo.save()


@deed
def delete_photo(room: Newsroom) -> None:
    if photo := room.pick(Photo.objects.order_by("pk")):
        photo.delete()


@deed
def rights_end(room: Newsroom) -> None:
    photo = room.photo()
    photo.rights_end = now() - timedelta(seconds=1)
    photo.save()


@deed
def rights_will_end(room: Newsroom) -> None:
    photo = room.photo()
    photo.rights_end = now() + timedelta(milliseconds=1)
    photo.save()


@deed
def rename_topic(room: Newsroom) -> None:
    topic = room.topic()
    topic.name = room.words()
    topic.save()


@deed
def new_slug_of_topic(room: Newsroom) -> None:
    topic = room.topic()
    topic.slug = f"topic-{room.count}-{room.chance.randrange(10**6)}"
    topic.save()


@deed
def delete_topic(room: Newsroom) -> None:
    if topic := room.pick(Topic.objects.order_by("pk")):
        topic.delete()


@deed
def merge_topics(room: Newsroom) -> None:
    """One topic takes in another: its stories, then its name is gone."""
    one, other = room.topic(), room.topic()
    if one.pk == other.pk:
        return
    rows = StoryTopic.objects.filter(tag=other)
    stories = [row.content_object for row in rows]
    rows.exclude(content_object__story_topics__tag=one).update(tag=one)
    touch(stories)
    other.delete()


@deed
def change_topics(room: Newsroom) -> None:
    wanted = {room.topic().pk, room.topic().pk}
    room.edit(story_topics=[StoryTopic(tag_id=pk) for pk in wanted])


# ── Sections and the paper ────────────────────────────────────────────────────────────────────────


@deed
def new_section(room: Newsroom) -> Section:
    title = room.words()
    slug = f"section-{room.count}-{room.chance.randrange(10**6)}"
    room.front.refresh_from_db()
    return room.front.add_child(instance=Section(title=title, slug=slug))


@deed
def rename_section(room: Newsroom) -> None:
    room.save(room.section(), title=room.words(), accent="red")


@deed
def new_slug_of_section(room: Newsroom) -> None:
    room.save(room.section(), slug=f"part-{room.count}-{room.chance.randrange(10**6)}")


@deed
def move_section(room: Newsroom) -> None:
    one, other = room.section(), room.section()
    if one.pk != other.pk and not other.is_descendant_of(one) and not other.is_child_of(one):
        one.move(other, pos="last-child")


@deed
def move_section_back(room: Newsroom) -> None:
    section = room.section()
    if not section.is_child_of(room.front):
        room.front.refresh_from_db()
        section.move(room.front, pos="last-child")


@deed
def take_section_back(room: Newsroom) -> None:
    if Section.objects.filter(live=True).count() > 1:
        room.section().unpublish()


@deed
def publish_section_again(room: Newsroom) -> None:
    if section := room.pick(Section.objects.filter(live=False).order_by("pk")):
        section.save_revision().publish()


@deed
def delete_section(room: Newsroom) -> None:
    if Section.objects.count() > 2:
        room.section().delete()


@deed
def restrict(room: Newsroom) -> None:
    page = room.story() or room.section()
    PageViewRestriction.objects.create(page=page, restriction_type="login")


@deed
def lift_restriction(room: Newsroom) -> None:
    if row := room.pick(PageViewRestriction.objects.order_by("pk")):
        row.delete()


@deed
def rename_paper(room: Newsroom) -> None:
    room.save(FrontPage.objects.get(), title=room.words(), notice=room.words())


@deed
def choose_picks(room: Newsroom) -> None:
    stories = [room.story(), room.story()]
    front = FrontPage.objects.get()
    draft = front.get_latest_revision_as_object() if front.latest_revision_id else front
    wanted = {story.pk: story for story in stories if story}
    draft.picks = [
        FrontPick(story=story, sort_order=n, place=room.chance.choice(FrontPick.Place.values))
        for n, story in enumerate(wanted.values())
    ]
    draft.save_revision().publish()


@deed
def choose_bar(room: Newsroom) -> None:
    front = FrontPage.objects.get()
    label = room.chance.choice(["", *FrontPage.Bar.values])
    room.save(front, bar=label, bar_story=room.story(), bar_text=room.words())


@deed
def choose_fronts(room: Newsroom) -> None:
    front = FrontPage.objects.get()
    draft = front.get_latest_revision_as_object() if front.latest_revision_id else front
    row = LanguageFront(language="uk", tagline=room.words(), notice=room.words())
    draft.fronts = room.chance.choice([[row], [row], []])
    draft.save_revision().publish()


@deed
def new_page(room: Newsroom) -> None:
    number = f"{room.count}-{room.chance.randrange(10**6)}"
    room.front.refresh_from_db()
    page = StandingPage(title=room.words(), slug=f"page-{number}", live=False)
    page.body = [text_block(room), ("photo", {"photo": room.photo(), "caption": ""})]
    room.front.add_child(instance=page)
    page.save_revision().publish()


@deed
def edit_page(room: Newsroom) -> None:
    if page := room.pick(StandingPage.objects.order_by("pk")):
        room.save(page, body=[text_block(room)])


@deed
def take_page_back(room: Newsroom) -> None:
    if page := room.pick(StandingPage.objects.filter(live=True).order_by("pk")):
        page.unpublish()


@deed
def choose_menu_and_look(room: Newsroom) -> None:
    front = FrontPage.objects.get()
    draft = front.get_latest_revision_as_object() if front.latest_revision_id else front
    draft.menu = [MenuLine(page=room.section()), MenuLine(title="A", address="https://a.example/")]
    draft.logo, draft.brand = room.photo(), "red"
    draft.save_revision().publish()


@deed
def cover_live(room: Newsroom) -> None:
    room.edit(kind="live", ended=room.chance.random() < 0.5)


@deed
def rename_newsletter(room: Newsroom) -> None:
    row = Newsletter.objects.get(is_default=True)
    row.name = room.words()
    row.save()


@deed
def new_newsletter(room: Newsroom) -> None:
    Newsletter.objects.create(slug=f"letter-{room.count}-{room.chance.randrange(10**6)}")


@deed
def change_newsletter(room: Newsroom) -> None:
    row = room.pick(Newsletter.objects.order_by("pk"))
    row.description, row.digest = room.words(), room.chance.choice(["", "daily", "weekly"])
    row.language = room.chance.choice(["en", "uk"])
    row.save()


@deed
def delete_newsletter(room: Newsroom) -> None:
    rows = Newsletter.objects.filter(is_default=False, editions=None).order_by("pk")
    if row := room.pick(rows):
        row.delete()


@deed
def a_story_is_mailed(room: Newsroom) -> None:
    if story := room.pick(PublicStory.objects.order_by("pk")):
        go_out_with(story.pk)


@deed
def stories_are_mailed(room: Newsroom) -> None:
    rows = PublicStory.objects.order_by("pk")
    found = {room.pick(rows), room.pick(rows)} - {None}
    if found:
        go_out_with(*sorted(story.pk for story in found), words=room.words())


@deed
def an_edition_is_cancelled_before_its_first_letter(room: Newsroom) -> None:
    if edition := room.pick(Edition.objects.filter(state="sending").order_by("pk")):
        controls.cancel(edition)


@deed
def count_readings_or_not(room: Newsroom) -> None:
    row = FiguresSettings.objects.first() or FiguresSettings()
    row.reading = not row.reading
    row.save()
