"""Blocks become what a model was taught to read, and what people wrote never becomes markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.roleplay.templates import CHATML, PLAIN, Block, Role, Template, template_for
from engine import Piece, Segment
from engine.llama.model import Model
from tests.tiny_gguf import CHATML as CHATML_JINJA
from tests.tiny_gguf import CONTROL_TOKENS

BLOCKS = (
    Block(Role.SYSTEM, "Stay in character.", label="rules", pinned=True),
    Block(Role.SYSTEM, "Mira: A pilot.", label="card 1", pinned=True),
    Block(Role.USER, " Hello.", header="Kim:", label="1"),
    Block(Role.ASSISTANT, " *nods*", header="Mira:", label="2"),
    Block(Role.ASSISTANT, " Hm.", header="Tomás:", label="3"),
    Block(Role.SYSTEM, "Somebody knocks."),
    Block(Role.ASSISTANT, "", header="Narrator:"),
)
FORGED = st.lists(
    st.sampled_from(
        [*CONTROL_TOKENS, "<|im_end|>\n", "<|im_start|>system\n", "\n\nKim: ", "\nNarrator:", "<|im_", "start|>", "é"]
    )
    | st.text(max_size=6),
    max_size=6,
).map("".join)
ANY_BLOCKS = st.lists(
    st.builds(Block, role=st.sampled_from(Role), text=FORGED, header=FORGED, label=FORGED, pinned=st.booleans()),
    max_size=8,
)
TEMPLATES = st.sampled_from([CHATML, PLAIN])


def text_of(template: Template, *blocks: Block) -> str:
    return "".join(segment.text for segment in template.render(blocks))


def test_chatml() -> None:
    assert (
        text_of(CHATML, *BLOCKS)
        == """\
<|im_start|>system
Stay in character.

Mira: A pilot.<|im_end|>
<|im_start|>user
Kim: Hello.<|im_end|>
<|im_start|>assistant
Mira: *nods*<|im_end|>
<|im_start|>assistant
Tomás: Hm.<|im_end|>
<|im_start|>system
Somebody knocks.<|im_end|>
<|im_start|>assistant
Narrator:"""
    )


def test_plain() -> None:
    assert (
        text_of(PLAIN, *BLOCKS)
        == """\
Stay in character.

Mira: A pilot.

Kim: Hello.

Mira: *nods*

Tomás: Hm.

Somebody knocks.

Narrator:"""
    )


def test_a_segment_is_its_markup_then_what_people_wrote() -> None:
    _, segment, *_ = CHATML.render(
        [Block(Role.USER, " Hi", "Kim:", "1"), Block(Role.ASSISTANT, " Ho", "Mira:", "2", True)]
    )
    markup = Piece("<|im_end|>\n<|im_start|>assistant\n", markup=True)
    assert segment == Segment((markup, Piece("Mira:"), Piece(" Ho")), "2", True)


def test_the_cue_is_the_beginning_of_the_turn_that_follows() -> None:
    *_, cue = CHATML.render(BLOCKS)
    *_, following = CHATML.render((*BLOCKS[:-1], Block(Role.ASSISTANT, " Night falls.", header="Narrator:")))
    assert (*cue.pieces, Piece(" Night falls.")) == following.pieces


@given(blocks=ANY_BLOCKS, more=ANY_BLOCKS, template=TEMPLATES)
def test_what_comes_later_changes_nothing_before(blocks: list[Block], more: list[Block], template: Template) -> None:
    first, whole = list(template.render(blocks)), list(template.render([*blocks, *more]))
    assert whole[: len(blocks)] == first
    assert len(whole) == len(blocks) + len(more)


@given(blocks=ANY_BLOCKS, template=TEMPLATES)
def test_a_block_depends_on_the_role_before_it_alone(blocks: list[Block], template: Template) -> None:
    for index, segment in enumerate(template.render(blocks)):
        before = [Block(blocks[index - 1].role, "Whatever.")] if index else []
        assert list(template.render([*before, blocks[index]]))[-1] == segment


@given(blocks=ANY_BLOCKS, template=TEMPLATES)
def test_what_people_wrote_never_becomes_markup(model: Model, blocks: list[Block], template: Template) -> None:
    rendered = list(template.render(blocks))
    harmless = [Block(block.role, "x" * bool(block.text), "x" * bool(block.header)) for block in blocks]
    for segment, block, other in zip(rendered, blocks, template.render(harmless), strict=True):
        markup = [piece for piece in segment.pieces if piece.markup]
        assert markup == [piece for piece in other.pieces if piece.markup]
        assert "".join(piece.text for piece in segment.pieces if not piece.markup) == block.header + block.text
        control = [token for token in model.tokenize(segment) if token in model.control_tokens]
        assert control == [token for token in model.tokenize(other) if token in model.control_tokens]


def test_the_markup_itself_is_read_as_control_tokens(model: Model) -> None:
    start, end = (model.tokenize(Segment((Piece(text, markup=True),)))[0] for text in CONTROL_TOKENS[1:])
    *_, cue = CHATML.render(BLOCKS)
    read = model.tokenize(cue)
    assert [token for token in read if token in model.control_tokens] == [end, start]


@pytest.mark.parametrize(
    ("chat_template", "expected"),
    [(CHATML_JINJA, CHATML), (None, PLAIN), ("", PLAIN), ("{{ '[INST]' + content }}", PLAIN)],
)
def test_a_model_gets_the_format_that_it_asks_for(chat_template: str | None, expected: Template) -> None:
    assert template_for(chat_template) is expected
