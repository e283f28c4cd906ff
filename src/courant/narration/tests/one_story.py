"""One story in a voice whose words can be told apart, and all that may be wrong with its sound."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from courant.narration import produce
from courant.narration.models import Narration
from courant.narration.script import script_for
from courant.narration.tests.hear import decoded
from courant.narration.tests.tones import asked, happened, is_heard
from courant.narration.voices import named
from courant.stories.published import PublishedStory

WORST = "By morning the quay was gone."
STORY = f"Rain fell all night. The river rose again. {WORST} Nobody was hurt there."


@dataclass
class OneStory:
    """A story of five sentences, spoken in tones by an engine that may go wrong in the fourth."""

    folder: Path
    story: PublishedStory

    def plan(self, fault: str, times: int) -> None:
        # A hang is waited for; nothing else may depend on a busy machine.
        named("en").time_limit = 3 if fault == "hang" else 30
        (self.folder / "plan").write_text(f"{times} {fault} {WORST}")

    def narrate(self) -> Narration:
        return produce.narrate(self.story)

    def wrong(self) -> set[str]:
        """What a listener would hear and should not, and what was said more often than need be."""
        spoken = produce.spoken(self.story)
        if spoken is None:
            return {"nothing is heard"}
        texts = [each.text for each in script_for(self.story).utterances]
        found = {f"no cue: {text}" for text in set(texts) - {cue.text for cue in spoken.cues}}
        for sound in spoken.files:
            samples, rate = decoded(sound.file)
            for cue in spoken.cues:
                if not is_heard(cue.text, samples, rate, cue.start):
                    found.add(f"another sound: {cue.text}")
        faults = Counter({WORST: len(happened(self.folder))})
        twice = Counter(asked(self.folder)) - faults - Counter(texts)
        return found | {f"said in vain: {text}" for text in twice}
