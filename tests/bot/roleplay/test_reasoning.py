"""What a model thinks is not said, however its thoughts are marked and wherever the text is cut."""

from collections.abc import AsyncIterator, Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.roleplay.reasoning import THOUGHTS, Reasoning, without_reasoning
from bot.roleplay.templates import FORMATS, Block, Role, Template
from bot.roleplay.voice import stay_in_voice

SAYINGS = [
    pytest.param("", "", id="nothing"),
    pytest.param("Hello.", "Hello.", id="no thought"),
    pytest.param("<think>Who?</think>Hello.", "Hello.", id="in front"),
    pytest.param("<think>\n\n</think>\n\nHello.", "\n\nHello.", id="an empty one"),
    pytest.param("Hello<think>Who?</think>, Kim.", "Hello, Kim.", id="in the middle"),
    pytest.param("<Think>Who?</THINK>Hello.", "Hello.", id="in capitals"),
    pytest.param("<thinking>Who? <b></thinking>Hello.", "Hello.", id="another spelling"),
    pytest.param("[THINK]Who?[/THINK]Hello.", "Hello.", id="in brackets"),
    pytest.param("<|channel>thought\nWho?<channel|>Hello.", "Hello.", id="in a channel"),
    pytest.param(
        "<|channel|>analysis<|message|>Who?<|end|><|start|>assistant<|channel|>final<|message|>Hello.",
        "Hello.",
        id="in a channel of another kind",
    ),
    pytest.param("<think>Who?</thinking>Hello.", "Hello.", id="closed as another"),
    pytest.param("<think>a<think>b</think>Hello.", "Hello.", id="opened twice"),
    pytest.param("<think>a</think>Hel<think>b</think>lo.", "Hello.", id="two"),
    pytest.param("Hello.<think>Who is", "Hello.", id="never closed"),
    pytest.param("Hello.<think>Who is</thi", "Hello.", id="nearly closed"),
    pytest.param("</think>Hello.", "Hello.", id="closed, never opened"),
    pytest.param("a < b <thin <i>[th] <|c", "a < b <thin <i>[th] <|c", id="nearly a tag"),
    pytest.param("I think</ think> so", "I think</ think> so", id="no tag"),
]


def heard(chunks: Iterable[str], behind: str = "") -> str:
    reasoning = Reasoning(behind)
    return "".join([*map(reasoning.push, chunks), reasoning.finish()])


async def stream(chunks: Iterable[str]) -> AsyncIterator[str]:
    for chunk in chunks:
        yield chunk


@pytest.mark.parametrize(("said", "expected"), SAYINGS)
def test_thoughts_are_not_heard(said: str, expected: str) -> None:
    assert heard([said]) == expected
    assert heard(said) == expected


@pytest.mark.parametrize(("opening", "closing"), THOUGHTS.items())
def test_every_spelling(opening: str, closing: str) -> None:
    assert heard(f"One. {opening}two{closing}Three.{opening}four") == "One. Three."


def test_a_thought_that_the_format_has_opened() -> None:
    assert heard(["Who", "?</th", "ink>", "Hello."], "<|im_end|>\n<|im_start|>assistant\n<think>\n") == "Hello."
    assert heard(["Hello."], "<|im_start|>assistant\n<think>\n\n</think>\n\n") == "Hello."
    assert heard(["nk>Hello."], "<thi") == "nk>Hello."


@pytest.mark.parametrize("template", FORMATS.values(), ids=list(FORMATS))
def test_no_format_leaves_a_thought_open(template: Template) -> None:
    *_, cue = template.render([Block(Role.SYSTEM, ""), Block(Role.USER, ""), Block(Role.ASSISTANT, "")])
    assert heard(["Hello."], cue.text) == "Hello."


def test_text_is_shown_as_soon_as_it_is_no_tag() -> None:
    reasoning = Reasoning()
    assert [reasoning.push(text) for text in ("He<", "b", "> <th", "e", "<think", ">x</think", ">y")] == [
        "He",
        "<b",
        "> ",
        "<the",
        "",
        "",
        "y",
    ]


@given(
    parts=st.lists(st.sampled_from([*THOUGHTS, *THOUGHTS.values(), "<", "</", "think", ">", "a", "İ", "\n"])),
    cuts=st.lists(st.integers(0, 60)),
)
def test_where_the_text_is_cut_changes_nothing(parts: list[str], cuts: list[int]) -> None:
    text = "".join(parts)
    edges = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    assert heard(text[start:end] for start, end in pairwise(edges)) == heard([text])


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_thoughts_are_gone_before_the_voice_is_heard(size: int) -> None:
    said = "<think>Kim: asks.\nTolly: waits.</think>\n\nMira: Hello.<think>\nKim: Ha.</think>\nGood\nKim: No."
    chunks = stream(said[at : at + size] for at in range(0, len(said), size))
    spoken = stay_in_voice(without_reasoning(chunks, ""), "Mira", {"Kim", "Tolly"})
    assert "".join([chunk async for chunk in spoken]) == "Hello.\nGood"
