"""`courant voices`: which voices there are, install one, hear one, a certificate to sign with."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from courant.ops.commands import Refused
from courant.ops.progress import progress_bar

if TYPE_CHECKING:
    from courant.narration.voices.base import Sound, Voice
    from courant.narration.voices.install import Entry

HELP = "the voices: list, install one, test one, make a certificate to sign with"
SENTENCES = {
    "en": "The ferry left the quay at ten past eleven, with two hundred people on board.",
    "uk": "Пором відійшов від причалу о десятій хвилині на дванадцяту, на борту було двісті людей.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    deeds.add_parser("list", help="the voices of the settings, and models that may be installed")
    install = deeds.add_parser("install", help="fetch a Piper voice; checks its SHA-256")
    install.add_argument("name", help="such as en_US-libritts_r-medium")
    for option, meaning in (
        ("--url", "address of the folder with both files, for a voice that is not in the list"),
        ("--sha256", "of the model (.onnx)"),
        ("--config-sha256", "of its description (.onnx.json)"),
        ("--language", "that it speaks, such as uk"),
        ("--licence", "that you have read, as it is to be recorded"),
    ):
        install.add_argument(option, help=meaning)
    test = deeds.add_parser("test", help="let a voice speak, and measure it")
    test.add_argument("name", nargs="?", help="of the setting `voices`; none: all of them")
    test.add_argument("--text", help="what it says")
    test.add_argument("--out", type=Path, help="write the sound to this MP3")
    certificate = deeds.add_parser("certificate", help="make the chain that signs narrations")
    certificate.add_argument("--replace", action="store_true", help="even when there is one")


def run(args: argparse.Namespace) -> int:
    deeds = {"list": show, "install": fetch, "test": test, "certificate": certify}
    return deeds[args.deed](args)


def show(args: argparse.Namespace) -> int:
    """Voices in use, models that are installed, models that may be."""
    from django.conf import settings

    from courant.narration.voices import language_of, named
    from courant.narration.voices.base import VoiceError
    from courant.narration.voices.install import CannotInstall, catalogue, installed

    print("In use (setting `voices`)")
    for name in settings.COURANT_VOICES:
        try:
            voice = named(name)
        except VoiceError as error:
            print(f"  {name:<12} cannot be used: {error}")
            continue
        print(f"  {name:<12} {language_of(name):<6} {voice.tier:<8} {voice.name}")
        print(f"  {'':<12} licence: {voice.licence or 'not known'}")
    try:
        there = installed(Path(settings.COURANT_VOICE_MODELS))
    except CannotInstall as error:
        raise Refused(str(error)) from error
    print("Installed models" if there else "Installed models\n  none")
    for entry in there.values():
        print(f"  {entry.name}: {entry.licence}")
    print("May be installed")
    for entry in catalogue().values():
        print(f"  {entry.name} ({entry.language}): {entry.licence}. {entry.notes}")
    return 0


def fetch(args: argparse.Namespace) -> int:
    from django.conf import settings

    from courant.narration.voices.install import CannotInstall, install

    entry = _entry(args)
    print(f"{entry.name}. Licence: {entry.licence}", file=sys.stderr)
    with progress_bar("Fetching", "kB") as bar:
        try:
            model = install(
                entry,
                Path(settings.COURANT_VOICE_MODELS),
                lambda done, total: bar(done >> 10, total >> 10),
            )
        except CannotInstall as error:
            raise Refused(str(error)) from error
    print(model)
    print(
        "Now name it in courant.toml:\n\n"
        f'[voices.{entry.language or "en"}]\nengine = "piper"\nvoice = "{entry.name}"',
        file=sys.stderr,
    )
    return 0


def _entry(args: argparse.Namespace) -> "Entry":
    from courant.narration.voices.install import Entry, catalogue

    known = catalogue()
    if args.name in known and not args.url:
        return known[args.name]
    missing = [o for o in ("url", "sha256", "config_sha256", "licence") if not getattr(args, o)]
    if missing:
        options = ", ".join("--" + option.replace("_", "-") for option in missing)
        raise Refused(
            f"{args.name} is not among the voices whose licence is on record: "
            f"{', '.join(known)}. To install it all the same give {options}."
        )
    return Entry(
        args.name, args.language or "", args.url, args.sha256, args.config_sha256, args.licence
    )


def test(args: argparse.Namespace) -> int:
    """Speaks with each voice; 1 when one of them could not."""
    from django.conf import settings

    from courant.narration.voices import language_of, named
    from courant.narration.voices.base import VoiceError

    failed = 0
    for name in [args.name] if args.name else list(settings.COURANT_VOICES):
        try:
            voice = named(name)
            text = args.text or SENTENCES.get(language_of(name).split("-")[0], SENTENCES["en"])
            start = time.perf_counter()
            sound = voice.speak(text)
            _report(name, voice, sound, text, time.perf_counter() - start)
        except VoiceError as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed = 1
            continue
        if args.out:
            from courant.narration.making import sample

            args.out.write_bytes(sample(text, voice))
            print(f"  written to {args.out}")
    return failed


def _report(name: str, voice: "Voice", sound: "Sound", text: str, seconds: float) -> None:
    from courant.narration import loudness
    from courant.narration.takes import fault_of, trimmed

    fault = fault_of(sound, text)
    level = loudness.lufs(trimmed(sound).measures) if not fault else float("nan")
    print(f"{name}: {voice.name}")
    print(f"  {sound.seconds:.2f} s of sound in {seconds:.2f} s, {sound.rate} Hz, {level:.1f} LUFS")
    print(
        f"  tier: {voice.tier}; IPTC: {voice.source_type}; licence: {voice.licence or 'not known'}"
    )
    print(
        f"  words timed: {len(sound.words)} of {len(text.split())}; IPA: {_yes(voice.supports_ipa)}"
    )
    if fault:
        print(f"  this is no speech: {fault}")


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def certify(args: argparse.Namespace) -> int:
    from django.conf import settings

    from courant.narration.provenance import certificate
    from courant.stories.models import FrontPage

    file = Path(settings.COURANT_SIGNING)
    if file.exists() and not args.replace:
        there = certificate.load(file)
        print(f"{file}: {there.holder}, until {there.expires:%Y-%m-%d}. --replace makes another.")
        return 0
    paper = FrontPage.objects.order_by("pk").values_list("title", flat=True).first() or "Courant"
    made = certificate.make(file, paper)
    print(f"{file}: {made.holder}, until {made.expires:%Y-%m-%d}")
    print(f"{certificate.root_file(file)}: its root, for those who want to check")
    print(WORTH)
    return 0


WORTH = """\
What this is worth: anybody can see that a file was not altered since you signed it, and whoever
has your root can see that it was you. Strangers' tools say "valid, but signer unknown", because
nobody vouches for this chain. For more, buy a certificate from an authority on the C2PA trust
list and put its key and chain into the same file. Keep the file secret and in the backup."""
