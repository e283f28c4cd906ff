"""What holds for the house as a whole."""

from courant.front.body import KINDS
from courant.narration.script import PAUSE_AFTER, spoken_texts
from courant.newsletter.pieces import block_text
from courant.stories import published as out
from courant.stories.blocks import BodyBlock
from courant.stories.tests.make import NOON, make_published_photo

TEXT = (out.Run("Words."),)


def every_block(folder) -> list[out.Block]:
    """One of each kind that a body can have."""
    return [
        out.Paragraph("a", TEXT),
        out.Subheading("b", "Words"),
        out.PhotoBlock("c", make_published_photo(folder)),
        out.Quote("d", TEXT, "Ada", "pilot"),
        out.PullQuote("e", "Words"),
        out.ListBlock("f", (TEXT,)),
        out.Box("g", "Title", (TEXT,)),
        out.Table("h", "Caption", ("A",), (("1",),)),
        out.Embed("i", "https://example.org/", "Title"),
        out.RelatedStory("j", "/harbour/ferry/", "Headline"),
        out.Update("k", NOON, "Headline"),
    ]


def test_every_kind_of_block_is_known_to_every_output(tmp_path):
    blocks = every_block(tmp_path)
    kinds = {type(block) for block in blocks}
    assert kinds == set(out.Block.__subclasses__())
    assert len(kinds) == len(BodyBlock().child_blocks)
    assert set(KINDS) == kinds
    for block in blocks:
        assert not spoken_texts(block) or type(block) in PAUSE_AFTER
        assert block_text(block, "https://example.org") or isinstance(block, out.PullQuote)
