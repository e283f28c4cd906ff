"""Times as readers see them: in the paper's zone, with the zone named."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.dateformat import format as formatted
from django.utils.html import format_html
from django.utils.safestring import SafeString


def local(moment: datetime, zone: str) -> datetime:
    """The moment on the paper's clock."""
    return moment.astimezone(ZoneInfo(zone))


def zone_name(moment: datetime) -> str:
    """GMT, EET, …; zones without letters of their own are told as an offset: UTC+3."""
    name = moment.tzname() or ""
    if name[:1] not in "+-":
        return name
    hours, minutes = name[1:3], name[3:5]
    return f"UTC{name[0]}{int(hours)}" + (f":{minutes}" if minutes.strip("0") else "")


def long_time(moment: datetime, zone: str) -> str:
    """ "20 November 2026, 12:00 GMT", in the active language."""
    there = local(moment, zone)
    return f"{formatted(there, 'j E Y, H:i')} {zone_name(there)}"


def long_date(moment: datetime, zone: str) -> str:
    """ "20 November 2026"."""
    return formatted(local(moment, zone), "j E Y")


def date_line(moment: datetime, zone: str) -> str:
    """ "Friday, 20 November 2026"."""
    text = formatted(local(moment, zone), "l, j E Y")
    return text[:1].upper() + text[1:]


def time_tag(moment: datetime, zone: str, text: str = "", kind: str = "") -> SafeString:
    """`<time>` with the offset for machines and words for readers."""
    there = local(moment, zone)
    return format_html(
        '<time datetime="{}"{}>{}</time>',
        there.isoformat(timespec="seconds"),
        format_html(' class="{}"', kind) if kind else "",
        text or long_time(moment, zone),
    )


def short_time(moment: datetime, zone: str, newest: datetime) -> str:
    """For lists: "12:00" on the newest story's day, else "20 November", with another year named."""
    there, today = local(moment, zone), local(newest, zone)
    if there.date() == today.date():
        return formatted(there, "H:i")
    return formatted(there, "j E" if there.year == today.year else "j E Y")


def hour(moment: datetime, zone: str, day: datetime) -> str:
    """ "14:05", and "21 November, 14:05" on another day than that one."""
    there = local(moment, zone)
    same = there.date() == local(day, zone).date()
    return formatted(there, "H:i" if same else "j E, H:i")


def clock(seconds: float) -> str:
    """4:12, or 1:04:12."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def iso_duration(seconds: float) -> str:
    """PT4M12S."""
    minutes, rest = divmod(round(seconds), 60)
    return f"PT{minutes}M{rest}S" if minutes else f"PT{rest}S"


def in_language(language: str) -> translation.override:
    """Everything inside speaks this language, for times and labels."""
    return translation.override(language)
