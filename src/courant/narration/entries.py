"""What the newsroom keeps about how words are said, and which story reads which words."""

import unicodedata
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from courant.narration.reading.lexicon import WORD, Rule
from courant.narration.script import INSTRUCTIONS
from courant.narration.tongues import tongue

LONGEST = 80  # characters of what is written: more is no word


class LexiconEntry(models.Model):
    """One word or phrase and how it is said. With neither alias nor IPA: right as it is written."""

    language = models.CharField(max_length=10, help_text="Such as: en. Holds in en-GB as well.")
    grapheme = models.CharField("as written", max_length=LONGEST)
    alias = models.CharField(
        "said like",
        max_length=200,
        blank=True,
        help_text="In letters, as a voice should read it: “Keev”. Empty: right as it is written.",
    )
    ipa = models.CharField(
        "in sounds (IPA)",
        max_length=200,
        blank=True,
        help_text="For voices that take it; the others read what stands in “said like”.",
    )
    exact = models.BooleanField("only in this case", default=True, help_text="“US” and not “us”.")
    note = models.CharField(max_length=255, blank=True, help_text="For the desk: who said so.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["language", "grapheme"]
        verbose_name = "pronunciation"
        constraints = [
            models.UniqueConstraint(
                "language",
                "grapheme",
                name="one_rule_per_word",
                violation_error_message="There is a rule for this word already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grapheme} ({self.language})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.grapheme = _tidy(self.grapheme)
        super().save(*args, **kwargs)

    @property
    def rule(self) -> Rule:
        return Rule(self.grapheme, self.alias, self.ipa, self.exact)

    def clean(self) -> None:
        super().clean()
        self.language = tongue(self.language.strip())
        for name in ("grapheme", "alias", "ipa"):
            setattr(self, name, _tidy(getattr(self, name)))
        problems = {
            name: problem
            for name in ("grapheme", "alias", "ipa")
            if (problem := _problem(name, getattr(self, name)))
        }
        if not self.language.isalpha():
            problems["language"] = f"“{self.language}” is no language: two letters such as “en”."
        if self.ipa and not self.alias:
            problems["alias"] = "Say it in letters too: not every voice takes IPA."
        if problems:
            raise ValidationError(problems)


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _problem(name: str, text: str) -> str:
    if signs := INSTRUCTIONS & set(text):
        return f"“{''.join(sorted(signs))}” is an instruction to some voices: leave it out."
    if not text.isprintable():
        return "There is a character in it that nobody sees: type it anew."
    if name == "grapheme" and not WORD.match(text):
        return f"“{text}” does not begin with a letter or a digit, so it is no word."
    if name == "alias" and text and not any(letter.isalnum() for letter in text):
        return f"“{text}” has no letter that could be said."
    return ""


class SpokenText(models.Model):
    """What is read of a public story before any rule, a sentence a line."""

    story_id = models.PositiveBigIntegerField(unique=True)
    language = models.CharField(max_length=10)  # without its country
    text = models.TextField()

    class Meta:
        indexes = [models.Index("language", "story_id", name="spoken_text_language")]

    def __str__(self) -> str:
        return f"story {self.story_id} ({self.language})"
