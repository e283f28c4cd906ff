"""The welcome of each newsletter becomes the first letter of its series; nobody gets it again."""

from datetime import timedelta

from django.db import migrations
from django.db.models import Exists, F, OuterRef
from django.utils.timezone import now

SUBJECTS = {"en": "Welcome to {}", "uk": "Вітаємо: {}"}  # as welcomes had it before
A_YEAR = timedelta(days=365)  # the longest that a letter of a series may come after
SAME = (
    *("state", "fence", "claimed_until", "attempts", "doubts", "next_at"),
    *("smtp_code", "error", "submitted_at", "email", "created", "message_id"),
)


def begin_series(apps, schema_editor):
    """Letters from texts, rows of the series from mails; who said yes of late is known as new."""
    for newsletter in apps.get_model("newsletter", "Newsletter").objects.all():
        letter = _letter(apps, newsletter) if newsletter.welcome.strip() else None
        _take_over_mails(apps, newsletter, letter)
    apps.get_model("newsletter", "ReaderNotice").objects.filter(kind="welcome").delete()
    _mark_new_readers(apps)


def _letter(apps, newsletter):
    name = newsletter.name or _paper(apps) or newsletter.slug
    subject = SUBJECTS.get(newsletter.language, SUBJECTS["en"]).format(name)[:150]
    letters = apps.get_model("newsletter", "WelcomeLetter").objects
    return letters.create(newsletter=newsletter, subject=subject, text=newsletter.welcome)


def _paper(apps):
    sites = apps.get_model("wagtailcore", "Site").objects.filter(is_default_site=True)
    return sites.values_list("root_page__title", flat=True).first()


def _take_over_mails(apps, newsletter, letter):
    """The newest of each reader: one is enough to know that it went, or is about to."""
    mails = apps.get_model("newsletter", "WelcomeMail")
    rows = apps.get_model("newsletter", "Subscription").objects.filter(newsletter=newsletter)
    notices = apps.get_model("newsletter", "ReaderNotice").objects
    for notice in notices.filter(newsletter=newsletter, kind="welcome").order_by("-pk").iterator():
        row = rows.filter(subscriber=notice.subscriber_id).first()
        if row and not mails.objects.filter(subscription=row).exists():
            mails.objects.create(
                subscription=row,
                letter=letter,
                subject=letter.subject if letter else "",
                date=notice.created,
                **{name: getattr(notice, name) for name in SAME},
            )


def _mark_new_readers(apps):
    """Those who confirmed themselves within a year; who came by a list has no such event."""
    events = apps.get_model("newsletter", "ConsentEvent").objects.filter(
        kind="confirmed",
        subscriber=OuterRef("subscriber"),
        newsletter=OuterRef("newsletter"),
        time__gte=OuterRef("confirmed_at"),
    )
    rows = apps.get_model("newsletter", "Subscription").objects
    lately = rows.filter(status="active", confirmed_at__gt=now() - A_YEAR)
    lately.filter(Exists(events)).update(welcome_from=F("confirmed_at"))


def end_series(apps, schema_editor):
    """The first letter is the welcome again; others of a series, and who got them, are lost."""
    for newsletter in apps.get_model("newsletter", "Newsletter").objects.all():
        letters = apps.get_model("newsletter", "WelcomeLetter").objects
        first = letters.filter(newsletter=newsletter).order_by("after_days", "pk").first()
        if first:
            newsletter.welcome = first.text[:5000]
            newsletter.save(update_fields=["welcome"])
            _give_mails_back(apps, first)
    apps.get_model("newsletter", "WelcomeMail").objects.all().delete()
    apps.get_model("newsletter", "WelcomeLetter").objects.all().delete()


def _give_mails_back(apps, letter):
    mails = apps.get_model("newsletter", "WelcomeMail").objects.filter(letter=letter)
    notices = apps.get_model("newsletter", "ReaderNotice").objects
    for mail in mails.exclude(email="").select_related("subscription__subscriber").iterator():
        reader = mail.subscription.subscriber
        notices.create(
            kind="welcome",
            subscriber_id=reader.pk,
            newsletter_id=letter.newsletter_id,
            email_key=reader.email_key,
            round=reader.links_round,
            **{name: getattr(mail, name) for name in SAME},
        )


class Migration(migrations.Migration):

    dependencies = [
        ("newsletter", "0012_welcome_series"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(begin_series, end_series)]
