"""Which words tell what a line is about, what is worth telling, and what of it is quoted."""

from math import log

import pytest

from bot.roleplay.recall import MEMORY, PASSAGE, asked, excerpt, is_worth_telling, memory, newest, telling
from bot.store.search import Counts
from tests.bot.roleplay.conftest import turn


def test_the_newest_lines_are_asked_for() -> None:
    turns = [turn(1, "Kim", "one"), turn(2, "Mira", "two"), turn(3, "Kim", "three"), turn(4, "Mira", "")]
    assert newest(turns, 4) == (turns[2], turns[1])
    assert newest(turns, 3) == (turns[1], turns[0])
    assert newest([], 1) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Do you remember the lighthouse, Mira?", ["remember", "lighthouse"]),
        ("Ты помнишь маяк? И маяки, Мира", ["помниш", "маяк"]),
        ("Well, and what about that? x 42", []),
        ("灯台は？", ["灯台", "台は"]),
    ],
)
def test_words_that_are_everywhere_are_not_asked_for(text: str, found: list[str]) -> None:
    assert list(asked([turn(1, "Kim", text)], {"Mira", "Мира", "Kim"})) == found


def test_rare_words_weigh_more_and_common_ones_nothing() -> None:
    weights = telling(Counts(100, {"rain": 26, "lamp": 10, "lighthouse": 1}))
    assert list(weights) == ["lighthouse", "lamp"]
    assert weights["lighthouse"] == pytest.approx(log(100))
    assert list(telling(Counts(3, {"lamp": 1, "rain": 2}))) == ["lamp"]
    assert telling(Counts(0, {})) == {}
    assert len(telling(Counts(1000, {str(number): 1 for number in range(90)}))) == 12


def test_a_rare_word_or_several_less_rare_ones_are_worth_it() -> None:
    weights = telling(Counts(100, {"lighthouse": 3, "lamp": 15, "oil": 18, "wick": 20}))
    assert is_worth_telling("The lighthouses were dark.", weights, MEMORY)
    assert not is_worth_telling("A lamp, a lamp, a lamp!", weights, MEMORY)
    assert is_worth_telling("A lamp without oil.", weights, MEMORY)
    assert not is_worth_telling("Nothing of it.", weights, MEMORY)


def test_in_a_short_story_one_word_is_not_enough_but_in_a_short_document_it_is() -> None:
    weights = telling(Counts(4, {"lighthouse": 1}))
    assert not is_worth_telling("The lighthouse.", weights, MEMORY)
    assert is_worth_telling("The lighthouse.", weights, PASSAGE)


def test_the_sentence_that_tells_most_is_quoted_with_its_neighbours() -> None:
    text = f"{'First. ' * 9}Go on.\nThe lighthouse is dark! And the oil is gone. {'Last. ' * 9}"
    weights = {"lighthouse": 3.0, "oil": 1.0}
    assert excerpt(text, weights, most=29) == "… The lighthouse is dark! …"
    assert excerpt(text, weights, most=52) == "… The lighthouse is dark! And the oil is gone. Last. …"
    assert excerpt("Short\n  one.", weights) == "Short one."
    assert excerpt("word " * 100, weights, most=12) == "word word …"
    assert excerpt("灯" * 50, weights, most=12) == "灯" * 12 + " …"
    assert excerpt("", weights) == ""
    assert memory(turn(1, "Kim", "The\nlighthouse."), weights) == "Earlier, Kim: “The lighthouse.”"
