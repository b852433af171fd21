"""A scene becomes a prompt: what stands where, what never moves, and what never turns into markup."""

from dataclasses import replace

import pytest

from bot.core import Author, Member, Player, Scene, Summary
from bot.roleplay import script
from bot.roleplay.blocks import HOUSE_RULES, PLAY_RULES
from bot.roleplay.script import NARRATION
from bot.roleplay.tail import Tail
from bot.roleplay.templates import CHATML, PLAIN, Template
from engine import Prompt
from tests.bot.roleplay.conftest import narration, scene, shown, turn

EXAMPLES = """\
<START>
Kim: Who are you?
Mira: The pilot.
*bows*
<start>
Mira: Rain again."""
MIRA = Member(1, "Mira", "Mira: A pilot.", examples=EXAMPLES)
TOMAS = Member(2, "Tomás", "Tomás: A cook.\nTomás's personality: gruff")
GUEST = Member(3, "Guest", "Guest: A stranger.", after=3)
TURNS = (
    turn(1, "Mira", "Welcome."),
    turn(2, "Kim", "Hello, Tomás.\nAnd Mira."),
    turn(3, "Tomás", "*nods*"),
    turn(4, "Narrator", "The door opens."),
    turn(5, "Ada", "Who is it?"),
)
INN = scene(*TURNS, members=(MIRA, TOMAS, GUEST), scenario="An inn at night.")


def reply(story: Scene, name: str = "Mira", template: Template = CHATML) -> Prompt:
    return script.reply(story, name, template)


def labels(prompt: Prompt) -> list[str]:
    return [segment.label for segment in prompt.story]


def test_chatml() -> None:
    assert (
        shown(reply(INN))
        == f"""\
<|im_start|>system
{HOUSE_RULES}

{PLAY_RULES}

Scenario: An inn at night.

Mira: A pilot.

Tomás: A cook.
Tomás's personality: gruff

How Mira speaks:<|im_end|>
<|im_start|>user
Kim: Who are you?<|im_end|>
<|im_start|>assistant
Mira: The pilot.
*bows*<|im_end|>
<|im_start|>system
How Mira speaks:<|im_end|>
<|im_start|>assistant
Mira: Rain again.<|im_end|>
<|im_start|>assistant
Mira: Welcome.<|im_end|>
<|im_start|>user
Kim: Hello, Tomás.
And Mira.<|im_end|>
<|im_start|>assistant
Tomás: *nods*<|im_end|>
<|im_start|>system
Guest: A stranger.<|im_end|>
<|im_start|>assistant
Narrator: The door opens.<|im_end|>
<|im_start|>user
Ada: Who is it?<|im_end|>
<|im_start|>assistant
Mira:"""
    )


def test_plain() -> None:
    assert (
        shown(reply(INN, "Guest", PLAIN))
        == f"""\
{HOUSE_RULES}

{PLAY_RULES}

Scenario: An inn at night.

Mira: A pilot.

Tomás: A cook.
Tomás's personality: gruff

How Mira speaks:

Kim: Who are you?

Mira: The pilot.
*bows*

How Mira speaks:

Mira: Rain again.

Mira: Welcome.

Kim: Hello, Tomás.
And Mira.

Tomás: *nods*

Guest: A stranger.

Narrator: The door opens.

Ada: Who is it?

Guest:"""
    )


def test_a_scene_that_has_not_begun() -> None:
    assert (
        shown(reply(scene(members=(TOMAS,))))
        == f"""\
<|im_start|>system
{HOUSE_RULES}

{PLAY_RULES}

Tomás: A cook.
Tomás's personality: gruff<|im_end|>
<|im_start|>assistant
Mira:"""
    )


def test_once_the_window_has_moved_examples_are_gone_and_newcomers_stand_in_front() -> None:
    assert (
        shown(reply(replace(INN, turns=TURNS[3:], window_from=4)))
        == f"""\
<|im_start|>system
{HOUSE_RULES}

{PLAY_RULES}

Scenario: An inn at night.

Mira: A pilot.

Tomás: A cook.
Tomás's personality: gruff<|im_end|>
<|im_start|>system
Guest: A stranger.<|im_end|>
<|im_start|>assistant
Narrator: The door opens.<|im_end|>
<|im_start|>user
Ada: Who is it?<|im_end|>
<|im_start|>assistant
Mira:"""
    )


def test_a_newcomer_stays_in_its_place_while_that_is_in_the_window() -> None:
    prompt = reply(replace(INN, turns=TURNS[2:], window_from=3))
    assert labels(prompt) == ["rules", "scenario", "card 1", "card 2", "3", "card 3", "4", "5"]


def test_the_head_is_pinned_and_so_are_newcomers() -> None:
    pinned = [segment.label for segment in reply(INN).story if segment.pinned]
    assert pinned == ["rules", "scenario", "card 1", "card 2", "card 3"]
    assert not any(segment.pinned for segment in (*reply(INN).tail, reply(INN).cue))


def test_the_oldest_turn_can_be_told_from_its_label() -> None:
    told = [script.turn_of(label) for label in labels(reply(INN))]
    assert [id for id in told if id] == [1, 2, 3, 4, 5]
    assert [script.turn_of(label) for label in (None, "", "rules", "examples", "card 7")] == [None] * 5


def test_narration_asks_for_it_behind_the_story() -> None:
    prompt = narration(INN, CHATML, hint="Rain.")
    assert prompt.story == reply(INN).story
    assert "".join(segment.text for segment in (*prompt.tail, prompt.cue)) == (
        f"<|im_end|>\n<|im_start|>system\n{NARRATION} Rain.<|im_end|>\n<|im_start|>assistant\nNarrator:"
    )


def test_a_suggestion_is_asked_for_in_the_players_name() -> None:
    prompt = script.suggestion(INN, "Ada", CHATML)
    assert prompt.story == reply(INN).story
    assert "".join(segment.text for segment in (*prompt.tail, prompt.cue)) == (
        "<|im_end|>\n<|im_start|>system\nNow Ada answers, in one or two sentences.<|im_end|>\n<|im_start|>user\nAda:"
    )


def test_turns_that_say_nothing_are_not_read() -> None:
    silent = replace(INN, turns=(*TURNS, turn(6, "Mira", "")))
    assert (reply(silent).story, reply(silent).tail) == (reply(INN).story, reply(INN).tail)


def test_a_newcomer_behind_a_silent_turn_is_read() -> None:
    silent = scene(TURNS[0], turn(2, "Mira", ""), members=(MIRA, replace(GUEST, after=2)))
    assert labels(reply(silent))[-2:] == ["1", "card 3"]


@pytest.mark.parametrize("template", [CHATML, PLAIN])
@pytest.mark.parametrize(
    ("examples", "expected"),
    [
        ("", []),
        ("<START>", []),
        ("<START>\n \n<START>\n", []),
        ("Mira: Hi.", ["How Mira speaks:", "Mira: Hi."]),
        ("<START>Mira: Hi.\nKim: Ho.", ["How Mira speaks:", "Mira: Hi.", "Kim: Ho."]),
        ("<START>\nTomás: Hi.\nMira: Ho.", ["How Mira speaks:", "Mira: Tomás: Hi.", "Mira: Ho."]),
        ('<START>\n"Hi," she says.', ["How Mira speaks:", 'Mira: "Hi," she says.']),
        ("Mira:\nKim: Ho.", ["How Mira speaks:", "Kim: Ho."]),
        ("Mira: I said to Kim: go.", ["How Mira speaks:", "Mira: I said to Kim: go."]),
    ],
)
def test_examples_are_turns(template: Template, examples: str, expected: list[str]) -> None:
    prompt = reply(scene(members=(replace(MIRA, examples=examples),)), template=template)
    given = [segment for segment in prompt.story if segment.label == "examples"]
    assert ["".join(piece.text for piece in segment.pieces if not piece.markup) for segment in given] == expected


def test_a_name_in_examples_is_no_pattern() -> None:
    member = Member(1, "M.ra (the 1st)", "", examples="M.ra (the 1st): Hi.\nMira: Ho.")
    assert [segment.text for segment in reply(scene(members=(member,)), template=PLAIN).story][-1] == (
        "\n\nM.ra (the 1st): Hi.\nMira: Ho."
    )


def test_everybody_who_speaks_has_a_name_that_ends_a_reply() -> None:
    story = replace(INN, opened_by="Bo")
    assert script.names(story) == {"Mira", "Tomás", "Guest", "Bo", "Narrator", "Kim", "Ada"}
    assert script.names(scene(members=(MIRA,))) == {"Mira", "Kim", "Narrator"}


def test_who_came_in_behind_a_turn_that_was_retried_stands_before_the_new_one() -> None:
    kay = Player(8, 1, "Kay", 4, "Kay (a player): A tired knight.", after=3)
    retried = replace(INN, turns=(*TURNS[:2], replace(TURNS[2], id=6, text="*shrugs*")), players=(kay,))
    assert labels(reply(retried))[-4:] == ["2", "card 3", "player 8", "6"]
    undone = replace(retried, turns=TURNS[:2])
    assert labels(reply(undone))[-3:] == ["2", "card 3", "player 8"]
    trimmed = replace(retried, turns=(replace(TURNS[4], id=6),), window_from=6)
    assert labels(reply(trimmed))[-3:] == ["card 3", "player 8", "6"]


@pytest.mark.parametrize("template", [CHATML, PLAIN])
def test_a_reply_that_goes_on_is_read_as_its_turn_will_be(template: Template) -> None:
    *before, last = TURNS
    begun = replace(last, name="Mira", author=Author.CHARACTER, text="The lamp")
    story = replace(INN, turns=(*before, begun))
    prompt = script.reply(story, "Mira", template, begun=begun.text)
    *held, turn_itself = script.reply(story, "Mira", template).story
    assert prompt.story == tuple(held)
    assert prompt.cue.text == turn_itself.text
    assert prompt.cue.text.endswith("Mira: The lamp")


def test_who_came_in_behind_a_reply_does_not_move_in_front_of_the_story_when_it_goes_on() -> None:
    *_, last = TURNS
    newcomer = Member(9, "Otto", "Otto: A cook.", after=last.id)
    player = Player(1, 1, "Ada", block="Ada: A smith.", after=last.id)
    story = replace(INN, members=(*INN.members, newcomer), players=(player,))
    assert "card 9" in labels(reply(story))
    assert labels(script.reply(story, "Mira", CHATML, begun=last.text)) == labels(
        script.reply(INN, "Mira", CHATML, begun=last.text)
    )


def marked(prompt: Prompt) -> list[str]:
    """Write down the labels, with a star where a segment is pinned and a bar where it may not lead."""
    return [
        segment.label + "*" * segment.pinned + "|" * (not segment.may_lead)
        for segment in prompt.story
        if segment.label not in ("rules", "card 1")
    ]


LONG = scene(*(turn(id, "Kim", f"Line {id}.") for id in range(4, 8)), members=(MIRA,), window_from=4)


def test_a_summary_stands_behind_its_turn_and_a_former_one_leaves_with_its_own() -> None:
    told = replace(LONG, summary=Summary(6, "They met."), former=(Summary(4, "It rained."),))
    assert marked(reply(told)) == ["4", "summary|", "5", "6", "summary*", "7"]
    assert "Line 6.<|im_end|>\n<|im_start|>system\nWhat happened so far: They met.<|im_end|>" in shown(reply(told))
    assert marked(reply(replace(told, former=(Summary(2, "It rained."),)))) == [
        "summary|",
        "4",
        "5",
        "6",
        "summary*",
        "7",
    ]


def test_what_is_above_the_window_stands_in_the_order_in_which_it_came() -> None:
    """So that a trim, which leaves pinned segments where they are, moves none of them past another."""
    whole = replace(
        scene(*(turn(id, "Kim", f"Line {id}.") for id in range(1, 8)), members=(MIRA, replace(GUEST, after=3))),
        players=(Player(1, 1, "Kim", block="Kim: A pilot.", after=1), Player(2, 2, "Ada", block="Ada.", after=4)),
        summary=Summary(3, "It rained."),
    )
    pinned = [replace(turn, pinned=turn.id in (2, 4)) for turn in whole.turns]
    whole = replace(whole, turns=tuple(pinned))
    cut = replace(whole, turns=whole.turns[5:], window_from=6, pinned=(pinned[1], pinned[3]))
    above = ["player 1*", "2*", "card 3*", "summary*", "4*", "player 2*"]
    assert [label for label in marked(reply(whole)) if label.endswith("*")] == above
    assert marked(reply(cut)) == [*above, "6", "7"]


def test_a_reply_that_goes_on_keeps_a_summary_behind_its_turn_out_of_the_head() -> None:
    told = replace(LONG, summary=Summary(7, "They met."))
    assert marked(script.reply(told, "Kim", CHATML, begun="Line 7.")) == ["4", "5", "6"]


def test_words_about_the_story_are_asked_for_without_a_change_to_it() -> None:
    told = replace(LONG, summary=Summary(2, "It rained."))
    asked = script.retelling(told, "What happened so far:", CHATML, tail=Tail(order="Retell."))
    assert [one.pieces for one in asked.story] == [one.pieces for one in reply(told).story]
    assert marked(asked) == ["summary|", "4", "5", "6", "7"]
    assert shown(asked).endswith("system\nRetell.<|im_end|>\n<|im_start|>assistant\nWhat happened so far:")
