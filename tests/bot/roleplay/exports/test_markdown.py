"""Stories as Markdown: what people wrote never becomes structure."""

import pytest

from bot.core import Author
from bot.roleplay.exports import Story, Told, to_markdown
from tests.bot.roleplay.exports.stories import FERRY, GOLDEN


def test_a_story_as_markdown() -> None:
    assert to_markdown(FERRY) == (GOLDEN / "ferry.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("*action* and **stress**", "*action* and **stress**"),
        ("a\nb", "a  \nb"),
        ("a\n \n\nb", "a\n\nb"),
        ("    code", "code"),
        ("a\n\n    code", "a\n\ncode"),
        ("a\n# head", "a  \n\\# head"),
        ("a\n#tag", "a  \n#tag"),
        ("a\n- item", "a  \n\\- item"),
        ("a\n* item", "a  \n\\* item"),
        ("a\n12. item", "a  \n12\\. item"),
        ("a\n12 items", "a  \n12 items"),
        ("a\n> quote", "a  \n\\> quote"),
        ("a\n===", "a  \n\\==="),
        ("a\n***", "a  \n\\***"),
        ("a\n_ _ _", "a  \n\\_ _ _"),
        ("`code` ~~no~~ a|b", "\\`code\\` \\~\\~no\\~\\~ a\\|b"),
        ("![x](http://a.example/p.png)", "!\\[x\\](http://a.example/p.png)"),
        ("<img src=x> &lt; \\", "\\<img src=x> \\&lt; \\\\"),
    ],
)
def test_what_somebody_wrote_stays_text(text: str, written: str) -> None:
    story = Story("", (Told(Author.PERSON, "A*n_n", text),))
    assert to_markdown(story) == f"A\\*n\\_n\n\n**A\\*n\\_n:** {written}\n"
