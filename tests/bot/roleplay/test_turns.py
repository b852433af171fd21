"""Turns by hand: edited, deleted, restored, undone, written for others, thrown; with a real database and worker."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from random import Random

import pytest

from bot.core import Account, Author, TurnState
from bot.errors import LineTooLong, NotAllowed, NothingPlayed, PlayError, StillSpeaking
from bot.roleplay import script
from bot.roleplay.director import MAX_LINE_CHARACTERS, Director
from bot.roleplay.drawing import drawn
from bot.roleplay.performance import Performance, Reply
from bot.store import turns
from bot.store.database import Database
from bot.words import Words
from tests.bot.roleplay.conftest import (
    ADA,
    GREETING,
    KIM,
    PLACE,
    SILENT,
    begin,
    card,
    line,
    listen,
    open_scene,
    overhear,
    say,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def last(director: Director) -> int:
    return (await director.story(PLACE))[-1].id


async def test_an_edit_says_something_else_and_nobody_answers(director: Director, database: Database) -> None:
    await open_scene(director, SILENT)
    await say(director, "Hello.")
    await say(director, "Well?")
    greeting, hello, well = await director.story(PLACE)
    assert (await director.turns.edit(PLACE, ADA, hello.id, "  Good evening.\n")).text == "Good evening."
    assert (await director.turns.edit(PLACE, ADA, greeting.id, "*nods*")).text == "*nods*"
    assert await told(director) == [("Mira", "*nods*"), ("Kim", "Good evening."), ("Kim", "Well?")]
    assert [turn.id for turn in await stored(database)] == [greeting.id, hello.id, well.id]
    async with database.reading() as session:
        assert await turns.last_text(session, hello.id) == "Good evening."


async def test_a_deleted_turn_leaves_what_was_said_behind_it(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "Hello.")
    await say(director, "Well?")
    hello = (await director.story(PLACE))[1]
    assert await director.turns.delete(PLACE, ADA, hello.id) == hello
    assert await told(director) == [GREETING, ("Kim", ""), ("Kim", "Well?")]
    [restored] = await director.turns.restore(PLACE, ADA, hello.id)
    assert restored == hello
    assert await told(director) == [GREETING, ("Kim", "Hello."), ("Kim", "Well?")]


async def test_what_cannot_be_done_is_said_in_a_sentence_and_nothing_changes(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "Hello.")
    await say(director, "Well?")
    hello, well = (await director.story(PLACE))[1:]
    await director.turns.delete(PLACE, KIM, hello.id)
    before = await director.story(PLACE)
    act = director.turns
    refused: list[tuple[Callable[[], Awaitable[object]], str]] = [
        (lambda: act.edit(PLACE, KIM, hello.id, "Hm."), "deleted already"),
        (lambda: act.delete(PLACE, KIM, hello.id), "deleted already"),
        (lambda: act.edit(PLACE, KIM, 9999, "Hm."), "not in the story"),
        (lambda: act.delete(PLACE, KIM, 9999), "not in the story"),
        (lambda: act.restore(PLACE, KIM, 9999), "not in the story"),
        (lambda: act.restore(PLACE, KIM, well.id), "was not deleted"),
        (lambda: act.edit(PLACE, KIM, well.id, " \n"), "Nothing would be left"),
        (lambda: act.say_as(PLACE, KIM, "Mira", " "), "Nothing was said"),
        (lambda: act.say_as(PLACE, KIM, "Tomas", "Hi."), "nobody called Tomas here: there are Mira, Narrator"),
        (lambda: act.say_as(PLACE, KIM, "", "Hi."), "there are Mira, Narrator"),
        (lambda: act.roll(PLACE, KIM, "2x6"), "is no roll"),
        (lambda: act.find(PLACE, "#9"), "There is no turn #9"),
        (lambda: act.find(PLACE, "nine"), "There is no turn nine"),
    ]
    for action, sentence in refused:
        with pytest.raises(PlayError, match=sentence):
            await action()
    for action in (
        lambda: act.edit(PLACE, KIM, well.id, "x" * (MAX_LINE_CHARACTERS + 1)),
        lambda: act.say_as(PLACE, KIM, "Mira", "x" * (MAX_LINE_CHARACTERS + 1)),
    ):
        with pytest.raises(LineTooLong):
            await action()
    assert await director.story(PLACE) == before


async def test_where_nothing_is_played_every_action_on_turns_says_so(director: Director) -> None:
    act = director.turns
    for action in (
        lambda: act.edit(PLACE, KIM, 1, "Hm."),
        lambda: act.delete(PLACE, KIM, 1),
        lambda: act.restore(PLACE, KIM),
        lambda: act.undo(PLACE, KIM),
        lambda: act.say_as(PLACE, KIM, "Mira", "Hm."),
        lambda: act.roll(PLACE, KIM, "d6"),
        lambda: act.find(PLACE),
        lambda: act.numbers(PLACE),
        lambda: director.swipes.alternatives(PLACE),
        lambda: director.branches.tree(PLACE),
        lambda: director.branches.make(PLACE, KIM, "storm"),
    ):
        with pytest.raises(NothingPlayed):
            await action()


async def test_a_turn_of_another_scene_cannot_be_edited(director: Director) -> None:
    await open_scene(director, SILENT)
    former = await last(director)
    await open_scene(director, SILENT)
    with pytest.raises(PlayError, match="not in the story that is played here"):
        await director.turns.edit(PLACE, KIM, former, "Hm.")


async def test_restore_goes_down_again_after_an_undo(director: Director) -> None:
    await open_scene(director, SILENT)
    for text in ("One.", "Two.", "Three."):
        await say(director, text)
    path = await director.story(PLACE)
    await director.turns.undo(PLACE, KIM, count=2)
    assert await director.turns.restore(PLACE, KIM) == path[2:]
    await director.turns.undo(PLACE, KIM, count=9)
    assert await director.turns.restore(PLACE, KIM) == path
    assert await director.story(PLACE) == path
    with pytest.raises(PlayError, match="There is nothing to restore"):
        await director.turns.restore(PLACE, KIM)


async def test_who_may_take_back_a_line_may_bring_it_back(director: Director) -> None:
    await open_scene(director, SILENT)
    ada = Account(ADA.id, ADA.name)
    await say(director, "One.", account=ada)
    gone = await director.turns.undo(PLACE, ada)
    assert await director.turns.restore(PLACE, ada) == gone
    await say(director, "Two.")
    await director.turns.undo(PLACE, KIM, count=2)
    with pytest.raises(NotAllowed):
        await director.turns.restore(PLACE, ada)
    assert await told(director) == [GREETING]


async def test_restore_takes_a_deleted_end_first_then_what_was_undone_then_what_else_was_deleted(
    director: Director,
) -> None:
    await open_scene(director, SILENT)
    for text in ("One.", "Two.", "Three."):
        await say(director, text)
    _, one, two, three = await director.story(PLACE)
    await director.turns.delete(PLACE, KIM, one.id)
    await director.turns.undo(PLACE, KIM)
    await director.turns.delete(PLACE, KIM, two.id)
    assert [await director.turns.restore(PLACE, KIM) for _ in range(3)] == [(two,), (three,), (one,)]
    assert await told(director) == [GREETING, ("Kim", "One."), ("Kim", "Two."), ("Kim", "Three.")]


async def test_restore_brings_back_the_last_words_also_after_two_deletions(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "Hello.")
    hello = await last(director)
    await director.turns.edit(PLACE, KIM, hello, "Good evening.")
    await director.turns.delete(PLACE, KIM, hello)
    await director.turns.restore(PLACE, KIM)
    await director.turns.delete(PLACE, KIM, hello)
    [restored] = await director.turns.restore(PLACE, KIM)
    assert restored.text == "Good evening."


async def test_an_undo_counts_what_people_see(director: Director) -> None:
    await open_scene(director, SILENT)
    for text in ("One.", "Two.", "Three."):
        await say(director, text)
    _, one, two, three = await director.story(PLACE)
    await director.turns.delete(PLACE, KIM, three.id)
    assert await director.turns.undo(PLACE, KIM) == (two,)
    assert (await director.story(PLACE))[-1] == one
    await director.turns.delete(PLACE, KIM, one.id)
    assert [turn.text for turn in await director.turns.undo(PLACE, KIM)] == [GREETING[1]]
    with pytest.raises(PlayError, match="There is nothing to undo"):
        await director.turns.undo(PLACE, KIM)


async def test_a_reply_behind_which_all_is_deleted_can_be_retried_and_stands_beside_the_former(
    director: Director,
) -> None:
    await open_scene(director, card("Mira"))
    [former] = await say(director, "Hello.")
    first = await last(director)
    async with director.hear(line("Mira?")) as performance:
        await listen(performance)
    for turn in (await director.story(PLACE))[-2:]:
        await director.turns.delete(PLACE, KIM, turn.id)
    async with director.retry(PLACE, KIM) as performance:
        [again] = await listen(performance)
    assert again != former
    assert await told(director) == [GREETING, ("Kim", "Hello."), again]
    assert [turn.id for turn in (await director.swipes.alternatives(PLACE)).turns] == [first, await last(director)]


async def test_somebody_elses_line_is_written_by_hand_and_nobody_answers_it(director: Director) -> None:
    scene = await open_scene(director, card("Mira"), card("Captain Otto"))
    await director.turns.say_as(PLACE, ADA, " mira ", " The lamp is out. ")
    await director.turns.say_as(PLACE, ADA, "Otto", "Aye.")
    await director.turns.say_as(PLACE, ADA, "narrator", "Rain falls.")
    *_, mira, otto, narrator = await director.story(PLACE)
    assert (mira.author, mira.name, mira.text) == (Author.CHARACTER, "Mira", "The lamp is out.")
    assert (mira.character, mira.person) == (scene.members[0].character, narrator.person)
    assert (otto.name, otto.character) == ("Captain Otto", scene.members[1].character)
    assert (narrator.author, narrator.name, narrator.text) == (Author.NARRATOR, "Narrator", "Rain falls.")
    assert len(await director.story(PLACE)) == 4
    async with director.retry(PLACE, KIM) as performance:
        [(speaker, _)] = await listen(performance)
    assert speaker == "Narrator"


async def test_dice_become_a_turn_of_whoever_threw_them(director: Director) -> None:
    await open_scene(director, card("Mira"))
    thrown = await director.turns.roll(PLACE, ADA, " 2D6 + 1 ")
    assert (thrown.author, thrown.name) == (Author.PERSON, "Ada")
    assert thrown.text.startswith("🎲 2d6+1: ")
    assert thrown.person is not None
    again = await director.turns.roll(PLACE, KIM, "d1000000")
    assert again.name == "Kim"
    assert (await director.story(PLACE))[1:] == (thrown, again)
    scene = await director.scene(PLACE)
    assert scene
    prompt = script.reply(scene, "Mira", await director._house.template())
    assert thrown.text in "".join(segment.text for segment in prompt.story)


async def test_turns_are_numbered_for_good(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "Elsewhere.")
    await open_scene(director, SILENT)
    for text in ("One.", "Two."):
        await say(director, text)
    _, one, two = await director.story(PLACE)
    await director.turns.undo(PLACE, KIM)
    await say(director, "Three.")
    three = (await director.story(PLACE))[-1]
    numbers = await director.turns.numbers(PLACE)
    assert [numbers[turn.id] for turn in (one, two, three)] == [2, 3, 4]
    assert [await director.turns.find(PLACE, written) for written in ("2", "#3", " 4 ", "")] == [one, two, three, three]


async def test_a_platforms_edit_and_deletion_come_back(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira", talkativeness=0.0))
    await say(director, "Nobody there?")
    async with director.hear(line("Hello.", event="discord:1")) as performance:
        await listen(performance)
    before = len(await stored(database))
    edited = await director.turns.edited("discord:1", "Good evening. -temp=1.2")
    assert edited
    assert (edited.text, edited.name) == ("Good evening.", "Kim")
    assert await director.turns.edited("discord:1", "Good evening.") == edited
    assert await director.turns.edited("discord:404", "Good evening.") is None
    assert await director.turns.deleted("discord:404") is None
    assert await director.turns.deleted("discord:1") == edited
    assert await director.turns.deleted("discord:1") is None
    assert await director.turns.edited("discord:1", "Back again.") is None
    assert await told(director) == [GREETING, ("Kim", "Nobody there?"), ("Kim", "")]
    assert len(await stored(database)) == before


async def test_a_line_that_becomes_an_aside_leaves_the_story(director: Director) -> None:
    await open_scene(director, SILENT)
    async with director.hear(line("brb", event="discord:2")) as performance:
        await listen(performance)
    edited = await director.turns.edited("discord:2", "((brb))")
    assert edited
    assert edited.text == ""


async def test_deleting_the_line_that_is_answered_stops_the_reply(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"), card("Tomas"))
    speakers: list[str] = []
    async with talkative.hear(line("Mira, Tomas!", event="discord:3")) as performance:
        async for reply in performance:
            speakers.append(reply.speaker)
            said = await begin(reply)
            assert await talkative.turns.deleted("discord:3")
            said += "".join([chunk async for chunk in reply])
    assert speakers == ["Mira"]
    assert await told(talkative) == [GREETING, ("Kim", ""), ("Mira", said)]
    assert (await talkative.story(PLACE))[-1].state is TurnState.CUT


async def test_a_line_deleted_while_it_waits_is_answered_by_nobody(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    speakers: list[str] = []
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            speakers.append(reply.speaker)
            await begin(reply)
            async with talkative.hear(line("Well?", account=ADA, event="discord:4")) as other:
                assert await listen(other) == []
            await talkative.turns.deleted("discord:4")
            reply.stop()
    assert speakers == ["Mira"]


async def test_deleting_one_of_two_lines_does_not_stop_who_answers_both(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"), card("Tomas"))
    whole: list[tuple[str, bool]] = []
    async with talkative.hear(line("Mira, Tomas!", event="discord:5")) as performance:
        async for reply in performance:
            await begin(reply)
            if reply.speaker == "Mira":
                await overhear(talkative, "And?")
                reply.stop()
            else:
                await talkative.turns.deleted("discord:5")
            await listen_to_the_end(reply)
            whole.append((reply.speaker, reply.is_whole))
    assert whole == [("Mira", False), ("Tomas", True)]


async def test_a_reply_that_is_edited_while_it_is_spoken_stops_and_the_edit_stands(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            await talkative.turns.edit(PLACE, KIM, reply.turn.id, "Good evening.")
            await listen_to_the_end(reply)
            assert not reply.is_whole
    assert (await told(talkative))[-1] == ("Mira", "Good evening.")


async def listen_to_the_end(reply: Reply) -> None:
    async for _ in reply:
        pass


async def test_a_reply_that_is_deleted_while_it_is_spoken_is_gone(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            await talkative.turns.delete(PLACE, KIM, reply.turn.id)
            await listen_to_the_end(reply)
    assert await told(talkative) == [GREETING, ("Kim", "Hello."), ("Mira", "")]
    assert (await talkative.story(PLACE))[-1].state is TurnState.CUT


async def test_what_moves_the_storys_end_waits_and_what_does_not_does_not(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    greeting = await last(talkative)
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            for action in (
                lambda: talkative.turns.undo(PLACE, KIM),
                lambda: talkative.swipes.left(PLACE, ADA),
                lambda: talkative.swipes.show(PLACE, ADA, 1),
                lambda: talkative.swipes.right(PLACE, ADA),
                lambda: talkative.branches.make(PLACE, ADA, "storm"),
                lambda: talkative.branches.jump(PLACE, ADA, "#1"),
            ):
                with pytest.raises(StillSpeaking):
                    await action()
            await talkative.turns.edit(PLACE, ADA, greeting, "*waves*")
            await talkative.turns.delete(PLACE, ADA, greeting)
            await talkative.turns.restore(PLACE, ADA, greeting)
            await talkative.turns.roll(PLACE, ADA, "d6")
            assert talkative.stop(PLACE, KIM)
    names = [turn.name for turn in await talkative.story(PLACE)]
    assert names == ["Mira", "Kim", "Mira", "Ada"]
    assert (await told(talkative))[0] == ("Mira", "*waves*")


async def test_two_retries_in_the_same_moment_are_one(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")

    async def retry(account: Account) -> list[tuple[str, str]]:
        async with director.retry(PLACE, account) as performance:
            return await listen(performance)

    results = await asyncio.gather(retry(KIM), retry(ADA), return_exceptions=True)
    assert [type(result) for result in results if isinstance(result, Exception)] == [StillSpeaking]
    assert str(await director.swipes.alternatives(PLACE)) == "2/2"


async def test_what_somebody_says_by_hand_at_once_is_all_kept(director: Director) -> None:
    await open_scene(director, SILENT)
    await asyncio.gather(
        *(director.turns.say_as(PLACE, KIM, "Mira", f"Line {number}.") for number in range(8)),
        *(director.turns.undo(PLACE, KIM) for _ in range(3)),
        *(director.turns.roll(PLACE, ADA, "d6") for _ in range(3)),
    )
    path = await director.story(PLACE)
    assert [turn.parent for turn in path] == [None, *(turn.id for turn in path[:-1])][: len(path)]
    assert len(await director.turns.numbers(PLACE)) == 1 + 8 + 3


async def test_whatever_is_done_at_once_the_tree_holds_together(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"), card("Tomas"))
    chance = Random(3)

    async def perform(performing: AbstractAsyncContextManager[Performance]) -> None:
        async with performing as performance:
            await listen(performance)

    def any_turn() -> int:
        return chance.randint(1, 40)

    actions: list[Callable[[], Awaitable[object]]] = [
        lambda: say(director, "Mira?"),
        lambda: say(director, "+++"),
        lambda: say(director, "+"),
        lambda: perform(director.swipe(PLACE, ADA)),
        lambda: director.swipes.left(PLACE, ADA),
        lambda: director.turns.edit(PLACE, ADA, any_turn(), "Changed."),
        lambda: director.turns.delete(PLACE, ADA, any_turn()),
        lambda: director.turns.restore(PLACE, ADA),
        lambda: director.turns.undo(PLACE, KIM, count=2),
        lambda: director.turns.roll(PLACE, ADA, "d6"),
        lambda: director.turns.say_as(PLACE, KIM, "Mira", "By hand."),
        lambda: director.branches.make(PLACE, ADA, f"way {any_turn()}"),
        lambda: director.branches.jump(PLACE, ADA, f"#{any_turn()}"),
        lambda: director.branches.jump(PLACE, ADA, "main"),
    ]

    async def act(number: int) -> None:
        await asyncio.sleep(number * 0.02)
        with suppress(PlayError):
            await chance.choice(actions)()

    await asyncio.gather(*(act(number) for number in range(80)))
    turns_stored = await stored(database)
    assert len(turns_stored) > 10
    assert TurnState.OPEN not in {turn.state for turn in turns_stored}
    tree = await director.branches.tree(PLACE)
    parents = {turn.id: turn.parent for turn in tree.turns}
    path = await director.story(PLACE)
    assert [parents[turn.id] for turn in path] == [None, *(turn.id for turn in path[:-1])][: len(path)]
    assert drawn(tree, Words())
    assert (await say(director, "Mira?"))[-1][0] == "Mira"
