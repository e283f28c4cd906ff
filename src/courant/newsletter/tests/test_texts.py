"""The Ukrainian texts."""

from pathlib import Path

from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils.translation import gettext, ngettext, override

import courant.newsletter

FOLDER = Path(courant.newsletter.__file__).parent / "locale" / "uk" / "LC_MESSAGES"


def test_every_text_is_translated_and_compiled():
    with (FOLDER / "django.po").open("rb") as file:
        written = read_po(file)
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = read_mo(file)
    assert [m.id for m in written if m.id and (m.fuzzy or not all(_forms(m)))] == []
    assert _texts(compiled) == _texts(written)


def _forms(message):
    return _several(message.string)


def _texts(catalogue):
    return {(_several(m.id), _text(m.context)): _forms(m) for m in catalogue if m.id}


def _several(text):
    return (text,) if isinstance(text, str) else tuple(text)


def _text(context):
    return context.decode() if isinstance(context, bytes) else context  # compiled ones are bytes


def test_ukrainian_counts_in_three_forms():
    with override("uk"):
        said = [
            ngettext("%(n)d minute to read", "%(n)d minutes to read", n) for n in (1, 3, 5, 11, 21)
        ]
        assert [form.split()[1] for form in said] == [
            "хвилина",
            "хвилини",
            "хвилин",
            "хвилин",
            "хвилина",
        ]


def test_the_newsletters_words_leave_the_desks_alone():
    with override("uk"):
        assert gettext("Update") != "Доповнення"
