"""A story as plain HTML with whole addresses: what a feed reader can show."""

from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from courant.front.inline import runs_html, safe_href
from courant.front.labels import correction_label
from courant.front.pictures import Picture, PictureError
from courant.front.sheet import Sheet
from courant.front.times import long_time
from courant.stories import published as out


def whole(sheet: Sheet, story: out.PublishedStory) -> str:
    """The story as plain HTML: what a feed reader can show."""
    zone = sheet.paper.time_zone
    parts = [_figure(sheet, story.lead_photo)] if story.lead_photo else []
    parts += [block_html(sheet, block) for block in story.body]
    parts += [
        format_html(
            "<p><strong>{}, {}:</strong> {}</p>",
            correction_label(correction.kind),
            long_time(correction.time, zone),
            correction.text,
        )
        for correction in story.corrections
    ]
    return "\n".join(part for part in parts if part)


def block_html(sheet: Sheet, block: out.Block) -> SafeString:
    base = sheet.paper.url
    match block:
        case out.Paragraph(runs=runs):
            return format_html("<p>{}</p>", runs_html(runs, base))
        case out.Subheading(text=text):
            return format_html("<h2>{}</h2>", text)
        case out.Update(time=time, headline=headline):
            return format_html("<h2>{}: {}</h2>", long_time(time, sheet.paper.time_zone), headline)
        case out.PhotoBlock(photo=photo):
            return _figure(sheet, photo)
        case out.Gallery(photos=photos):
            return _each("{}", (_figure(sheet, photo) for photo in photos))
        case out.Quote():
            said = ", ".join(name for name in (block.speaker, block.speaker_role) if name)
            cite = format_html("<p><cite>{}</cite></p>", said) if said else ""
            said_so = runs_html(block.runs, base)
            return format_html("<blockquote><p>{}</p>{}</blockquote>", said_so, cite)
        case out.ListBlock(items=items, ordered=ordered):
            tag = SafeString("ol" if ordered else "ul")
            lines = _each("<li>{}</li>", (runs_html(item, base) for item in items))
            return format_html("<{}>{}</{}>", tag, lines, tag)
        case out.Box(title=title, paragraphs=paragraphs):
            lines = _each("<p>{}</p>", (runs_html(runs, base) for runs in paragraphs))
            return format_html("<h2>{}</h2>{}", title, lines)
        case out.Table():
            return _table(block)
        case out.Embed(url=url, title=title) if safe_href(url):
            return format_html('<p><a href="{}">{}</a></p>', safe_href(url), title)
        case out.RelatedStory(path=path):
            return format_html('<p><a href="{}">{}</a></p>', base + path, block.headline)
    return SafeString("")  # a pull quote repeats the text


def _table(block: out.Table) -> SafeString:
    rows = _each("<tr>{}</tr>", (_each("<td>{}</td>", row) for row in block.rows))
    head = _each("<th>{}</th>", block.header)
    caption = format_html("<caption>{}</caption>", block.caption) if block.caption else ""
    return format_html("<table>{}<tr>{}</tr>{}</table>", caption, head, rows)


def _figure(sheet: Sheet, photo: out.PublishedPhoto) -> SafeString:
    picture = jpeg(sheet, photo)
    if picture is None:
        return SafeString("")
    return format_html(
        '<figure><img src="{}" alt="{}" width="{}" height="{}">'
        "<figcaption>{} {}</figcaption></figure>",
        sheet.absolute(picture.url),
        photo.alt,
        picture.width,
        picture.height,
        photo.caption,
        photo.credit,
    )


def jpeg(sheet: Sheet, photo: out.PublishedPhoto) -> Picture | None:
    try:
        return sheet.press.pictures.rendition(photo, 1200, ending="jpg")
    except PictureError as error:
        sheet.problems.append(str(error))
        return None


def _each(form: str, values: Iterable[str]) -> SafeString:
    return format_html_join("", form, ((conditional_escape(value),) for value in values))
