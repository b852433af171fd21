"""Two people at two places do whatever comes to mind: story, tree and what was answered agree all the time."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest

from bot.core import Author, Patience, Place, Turn, TurnState
from bot.errors import PlayError
from bot.roleplay import blocks, script
from bot.roleplay.director import Director
from bot.roleplay.performance import Performance
from bot.roleplay.templates import CHATML
from bot.store.database import Database
from engine import Prompt
from tests.bot.roleplay.conftest import ADA, AT, KIM, PLACE, card, line, say, stored

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLACES = (PLACE, Place("terminal:elsewhere"))
LINES = ("Mira?", "Tomas, Mira!", "It rains.", "Tomas?", "// back soon")
HASTE = Patience(alone_s=0.01, several_s=0.02, typing_s=0.03, most_s=0.05)


class Table:
    """What two people do, and what they were shown."""

    def __init__(self, director: Director, rng: Random) -> None:
        self.director = director
        self.rng = rng
        self.said = 0
        self.shown = Counter[int]()
        self.texts: dict[int, str] = {}
        self.read: dict[int, list[int]] = {}
        self.facts = 0

    async def listen(self, performance: Performance) -> None:
        """Follow a performance; sometimes leave it in the middle."""
        async for reply in performance:
            self.shown[reply.turn.id] += 1
            self.read[reply.turn.id] = turns_read(reply.prompt)
            async for _ in reply:
                if self.rng.random() < 0.02:
                    return
            self.texts[reply.turn.id] = "" if reply.is_folded else reply.text

    async def say(self, place: Place, number: int) -> None:
        text = f"{self.rng.choice(LINES)} {number}"
        account = self.rng.choice((KIM, ADA))
        patience = self.rng.choice((None, HASTE))
        self.said += not text.startswith("//")
        async with self.director.hear(
            replace(line(text, account=account, place=place), patience=patience)
        ) as performance:
            await self.listen(performance)

    async def retry(self, place: Place, number: int) -> None:
        async with self.director.retry(place, self.rng.choice((KIM, ADA))) as performance:
            await self.listen(performance)

    async def narrate(self, place: Place, number: int) -> None:
        async with self.director.narrate(place, KIM) as performance:
            await self.listen(performance)

    async def stop(self, place: Place, number: int) -> None:
        self.director.stop(place, KIM)

    async def undo(self, place: Place, number: int) -> None:
        await self.director.turns.undo(place, KIM)

    async def edit(self, place: Place, number: int) -> None:
        await self.director.turns.edit(place, KIM, await self.some_turn(place), f"Something else, {number}.")

    async def delete(self, place: Place, number: int) -> None:
        turn = await self.some_turn(place)
        await self.director.turns.delete(place, KIM, turn)
        await self.director.turns.restore(place, KIM, turn)

    async def branch(self, place: Place, number: int) -> None:
        await self.director.branches.make(place, KIM, f"way {number}", turn=await self.some_turn(place))

    async def jump(self, place: Place, number: int) -> None:
        await self.director.branches.jump(place, KIM, self.rng.choice([*await self.ways(place), "main"]))

    async def pin(self, place: Place, number: int) -> None:
        await self.director.memory.pin(place, KIM, await self.some_turn(place))

    async def unpin(self, place: Place, number: int) -> None:
        for turn in (await self.director.memory.pins(place))[:1]:
            await self.director.memory.unpin(place, KIM, turn.id)

    async def note(self, place: Place, number: int) -> None:
        await self.director.memory.set_note(
            place, KIM, f"It is dark, {number}.", character=self.rng.choice(("", "Mira"))
        )

    async def remember(self, place: Place, number: int) -> None:
        await self.director.memory.remember(place, KIM, f"The ring has number {number}.")
        self.facts += 1

    async def summarise(self, place: Place, number: int) -> None:
        await self.director.chronicle.summarise(place, KIM)
        await self.director.chronicle.edit(place, KIM, f"Much has happened, {number}.")

    async def learn(self, place: Place, number: int) -> None:
        await self.director.lore.add(place, KIM, ["rains"], f"It rains for {number} days.")

    async def define(self, place: Place, number: int) -> None:
        await self.director.state.define(place, KIM, "day = 1..99")
        await self.director.state.change(place, KIM, "day", str(number + 1))

    async def play_as(self, place: Place, number: int) -> None:
        await self.director.personas.use(place, ADA, self.rng.choice(("Lark", "Wren")))

    async def drop(self, place: Place, number: int) -> None:
        await self.director.personas.drop(place, ADA)

    async def swipe(self, place: Place, number: int) -> None:
        await self.director.swipes.left(place, KIM)

    async def some_turn(self, place: Place) -> int:
        return self.rng.choice(await self.director.story(place)).id

    async def ways(self, place: Place) -> list[str]:
        return [branch.name for branch in await self.director.branches.known(place)]

    async def type(self, place: Place, number: int) -> None:
        self.director.quiet.typing(place, ADA)

    async def pause(self, place: Place, number: int) -> None:
        await self.director.pauses.pause(place, ADA)

    async def resume(self, place: Place, number: int) -> None:
        await self.director.pauses.resume(place, KIM)

    async def act(self, number: int, place: Place, action: Callable[["Table", Place, int], Awaitable[None]]) -> None:
        await asyncio.sleep(number * 0.004)
        with suppress(PlayError):
            await action(self, place, number)


ACTIONS = [*[Table.say] * 8, Table.retry, Table.retry, Table.narrate, Table.stop, Table.undo, Table.type, Table.pause]
ACTIONS += [Table.resume] * 3
KEEPING = [Table.edit, Table.delete, Table.branch, Table.jump, Table.pin, Table.pin, Table.unpin, Table.note]
KEEPING += [Table.remember, Table.summarise, Table.learn, Table.define, Table.play_as, Table.drop, Table.swipe]


def turns_read(prompt: Prompt) -> list[int]:
    """Return the turns that a prompt shows, in their order."""
    return [int(segment.label) for segment in prompt.story if segment.label.isdigit()]


def way_to(turns: Mapping[int, Turn], leaf: int | None) -> list[int]:
    """Return the turns from the root to a leaf."""
    way: list[int] = []
    while leaf is not None:
        way.append(leaf)
        leaf = turns[leaf].parent
    return way[::-1]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_two_people_do_at_two_places(director: Director, database: Database, seed: int) -> None:
    rng = Random(seed)
    for place in PLACES:
        await director.scenes.start(place, KIM, [card("Mira"), card("Tomas")], at=AT)
    table = Table(director, rng)
    acts = [table.act(number, rng.choice(PLACES), rng.choice(ACTIONS)) for number in range(60)]
    async with asyncio.timeout(40):
        await asyncio.gather(*acts)

    turns = {turn.id: turn for turn in await stored(database)}
    assert TurnState.OPEN not in {turn.state for turn in turns.values()}
    assert sum(turn.author is Author.PERSON for turn in turns.values()) == table.said
    assert set(table.shown.values()) <= {1}, "a reply was shown twice"
    for id, text in table.texts.items():
        assert turns[id].text in (text, "")
    for place in PLACES:
        story = await director.story(place)
        assert [turn.parent for turn in story] == [None, *(turn.id for turn in story[:-1])]
        assert [turns[turn.id] for turn in story] == list(story)
        with suppress(PlayError):
            await director.pauses.resume(place, KIM)
        director._stages.check_free(place)
        assert [name for name, _ in await say(director, "Mira?", place=place)] == ["Mira"]


@pytest.mark.parametrize("seed", range(3))
async def test_story_tree_memory_and_prompt_agree(director: Director, database: Database, seed: int) -> None:
    """Everything that is kept beside the lines changes too, at once and in any order."""
    rng = Random(seed)
    for place in PLACES:
        await director.scenes.start(place, KIM, [card("Mira"), card("Tomas")], at=AT)
    for name in ("Lark", "Wren"):
        await director.personas.create(PLACE, ADA, name, description=f"{name} sings.", brackets=f"{name[0]}: text")
    table = Table(director, rng)
    acts = [table.act(number, rng.choice(PLACES), rng.choice([*ACTIONS, *KEEPING * 2])) for number in range(70)]
    async with asyncio.timeout(40):
        await asyncio.gather(*acts)

    turns = {turn.id: turn for turn in await stored(database)}
    assert TurnState.OPEN not in {turn.state for turn in turns.values()}
    assert sum(turn.author is Author.PERSON for turn in turns.values()) == table.said
    assert sum(turn.author is Author.NARRATOR and turn.person is not None for turn in turns.values()) == table.facts
    for id, read in table.read.items():
        way = way_to(turns, id)
        assert read == [one for one in way if one in set(read)], "a prompt left the way to its reply, or its order"
    for place in PLACES:
        await agree(director, place, turns)


async def agree(director: Director, place: Place, turns: Mapping[int, Turn]) -> None:
    """Check that what is kept of a story fits the tree, and that the next prompt tells all of it."""
    story, scene = await director.story(place), await director.scene(place)
    assert scene
    assert [turn.id for turn in story] == way_to(turns, scene.leaf)
    assert [turn.id for turn in await director.memory.pins(place)] == [turn.id for turn in story if turn.pinned]
    window = story[len(story) - len(scene.turns) :]
    assert tuple(window) == scene.turns
    above = story[: len(story) - len(scene.turns)]
    assert scene.pinned == tuple(turn for turn in above if turn.pinned)
    branch = next((one for one in await director.branches.known(place) if one.name == scene.branch), None)
    assert branch is None or (branch.leaf.id if branch.leaf else None) == scene.leaf
    prompt = script.question(scene, "Kim", "What now?", CHATML)
    assert turns_read(prompt) == [turn.id for turn in (*scene.pinned, *scene.turns) if turn.text]
    shown = "".join(segment.text for segment in prompt.story)
    assert all(turn.text in shown for turn in (*scene.pinned, *scene.turns))
    assert shown.count(blocks.SUMMARY) == len(scene.former) + (scene.summary is not None)
    assert all(one.turn in {turn.id for turn in story} for one in (*scene.former, *filter(None, [scene.summary])))
    assert all(player.block in shown for player in scene.players)
    state = await director.state.current(place)
    assert state.line == (f"day {state.values[0]}" if state.definitions else "")
    with suppress(PlayError):
        await director.pauses.resume(place, KIM)
    async with director.hear(line("Mira?", place=place)) as performance:
        replies = [(reply, [chunk async for chunk in reply]) async for reply in performance]
    assert [reply.speaker for reply, _ in replies] == ["Mira"]
    kept = [turn.id for turn in (*scene.pinned, *scene.turns) if turn.text]
    assert turns_read(replies[0][0].prompt)[:-1] == kept


async def test_no_line_is_answered_twice(director: Director, database: Database) -> None:
    """Each answers a line that names them once, however the lines fall upon each other."""
    await director.scenes.start(PLACE, KIM, [card("Mira", talkativeness=0.0), card("Tomas", talkativeness=0.0)], at=AT)
    rng = Random(3)
    table = Table(director, rng)

    async def speak(number: int) -> None:
        await asyncio.sleep(number * 0.01)
        text = rng.choice(("Mira?", "Tomas?", "Hm."))
        async with director.hear(line(text, account=rng.choice((KIM, ADA)))) as performance:
            async for reply in performance:
                table.shown[reply.turn.id] += 1
                async for _ in reply:
                    pass

    await asyncio.gather(*(speak(number) for number in range(30)))
    story = await director.story(PLACE)
    asked = set[str]()
    for turn in story[1:]:
        if turn.author is Author.PERSON:
            asked |= {name for name in ("Mira", "Tomas") if name in turn.text}
        else:
            assert turn.name in asked
            asked.discard(turn.name)
