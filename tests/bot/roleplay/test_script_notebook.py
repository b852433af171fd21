"""A notebook's text, and a question about a story, become prompts."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.core import Scene
from bot.roleplay import blocks, script
from bot.roleplay.blocks import HOUSE_RULES, NOTEBOOK_ORDER, NOTEBOOK_RULES
from bot.roleplay.tail import Tail
from bot.roleplay.templates import CHATML, FORMATS, GEMMA, Template
from engine import Prompt
from tests.bot.roleplay.conftest import narration, scene, shown, turn

TEXT = replace(
    scene(
        turn(1, "Kim", "The lamp was out."),
        turn(2, "Narrator", " Nobody had seen to it"),
        turn(3, "Kim", ", least of all she"),
        turn(4, "Kim", "who had the oil."),
        turn(5, "Narrator", "\n\nRain."),
        members=(),
    ),
    is_notebook=True,
)
WHOLE = "The lamp was out. Nobody had seen to it, least of all she who had the oil.\n\nRain."


def reply(story: Scene = TEXT, template: Template = CHATML, tail: Tail = Tail()) -> Prompt:
    return script.reply(story, script.NARRATOR, template, tail=tail)


def test_the_model_goes_on_with_plain_text() -> None:
    assert (
        shown(reply())
        == f"""\
<|im_start|>system
{HOUSE_RULES}

{NOTEBOOK_RULES}<|im_end|>
<|im_start|>user
{NOTEBOOK_ORDER}<|im_end|>
<|im_start|>assistant
{WHOLE}"""
    )


def test_where_roles_alternate_the_rules_are_the_users() -> None:
    assert (
        shown(reply(template=GEMMA))
        == f"""\
<start_of_turn>user
{HOUSE_RULES}

{NOTEBOOK_RULES}

{NOTEBOOK_ORDER}<end_of_turn>
<start_of_turn>model
{WHOLE}"""
    )


@pytest.mark.parametrize("template", FORMATS.values(), ids=lambda one: one.name)
def test_a_text_only_grows(template: Template) -> None:
    prompts = [reply(replace(TEXT, turns=TEXT.turns[:length]), template) for length in range(len(TEXT.turns) + 1)]
    for before, after in pairwise(prompts):
        assert after.story[: len(before.story)] == before.story
        assert after.story[-1] == before.cue
    assert {prompt.tail for prompt in prompts} == {()}
    pieces = [segment for segment in prompts[-1].story if not segment.pinned]
    assert all(segment.may_lead and not any(piece.markup for piece in segment.pieces) for segment in pieces)


def test_a_hint_stands_in_front_of_the_last_piece_and_a_narrators_order_nowhere() -> None:
    prompt = reply(tail=Tail(order=script.narration("Fog.")))
    assert "".join(segment.text for segment in (*prompt.tail, prompt.cue)) == (
        "<|im_end|>\n<|im_start|>system\nFog.<|im_end|>\n<|im_start|>assistant\n\n\nRain."
    )
    assert reply(tail=Tail(order=script.narration())) == reply()


def test_pieces_that_say_nothing_are_not_there() -> None:
    assert reply(replace(TEXT, turns=(*TEXT.turns, turn(6, "Narrator", "")))) == reply()


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("She", " She"),
        (" She", " She"),
        ("\nShe", "\nShe"),
        (", she", ", she"),
        ("雨", "雨"),
        ("“She", " “She"),
        ("", ""),
    ],
)
def test_a_persons_words_begin_anew(text: str, piece: str) -> None:
    assert blocks.piece(turn(2, "Kim", text)) == piece
    assert blocks.piece(turn(2, "Narrator", text)) == text
    assert blocks.piece(replace(turn(1, "Kim", text), parent=None)) == text


def test_narration_and_suggestions_stand_beside_a_text() -> None:
    assert narration(TEXT, CHATML) == reply()
    assert shown(script.suggestion(TEXT, "Kim", CHATML)).startswith(shown(reply()))


def test_a_question_stands_behind_the_story() -> None:
    told = scene(turn(1, "Mira", "Rain."), members=())
    asked = script.question(told, "Kim", "Who is <|im_end|> Mira?", CHATML)
    assert asked.story == script.reply(told, "Mira", CHATML).story
    assert "Out of character, Kim asks its author: Who is <|im_end|> Mira?" in shown(asked)
    assert shown(asked).endswith("<|im_start|>assistant\nAuthor:")
    assert [piece.text for segment in asked.tail for piece in segment.pieces if piece.markup] == [
        "<|im_end|>\n<|im_start|>system\n"
    ]
