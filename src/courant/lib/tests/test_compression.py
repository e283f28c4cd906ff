"""Compressed forms beside a file: which there should be, and whether they hold what they should."""

import pytest

from courant.lib import compression
from courant.lib.compression import ENDINGS, forms_fit, squeezed, variants

PAGE = b"<p>The ferry sails at noon, and again at six.</p>\n" * 40


def test_what_was_made_fits_and_so_does_the_same_made_smaller():
    forms = variants("index.html", PAGE)
    assert tuple(forms) == ENDINGS
    assert forms_fit("index.html", PAGE, forms)
    assert forms_fit("index.html", PAGE, forms | {".br": squeezed(PAGE)})


@pytest.mark.parametrize("ending", ENDINGS)
def test_one_that_is_missing_broken_or_of_another_text_does_not_fit(ending):
    forms = variants("index.html", PAGE)
    other = variants("index.html", PAGE.replace(b"noon", b"five"))[ending]
    assert not forms_fit("index.html", PAGE, {e: f for e, f in forms.items() if e != ending})
    assert not forms_fit("index.html", PAGE, forms | {ending: forms[ending][:-9]})
    assert not forms_fit("index.html", PAGE, forms | {ending: other})


def test_what_is_worth_no_compressed_form_has_none():
    for path, data in (("a.mp3", PAGE), ("short.html", PAGE[:300])):
        assert variants(path, data) == {}
        assert forms_fit(path, data, {})
        assert not forms_fit(path, data, {".br": squeezed(data)})


def test_a_form_that_would_be_no_smaller_is_not_missed(monkeypatch):
    coders = compression.CODERS | {".gz": lambda data: data + b"padding"}
    monkeypatch.setattr(compression, "CODERS", coders)
    forms = variants("index.html", PAGE)
    assert ".gz" not in forms
    assert forms_fit("index.html", PAGE, forms)


def test_a_form_of_no_coding_that_we_know_does_not_fit():
    assert not forms_fit("index.html", PAGE, variants("index.html", PAGE) | {".xz": PAGE[:5]})
