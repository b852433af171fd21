"""The wall beside a real director: what a chat shows, after each action, is the story."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from bot.core import Turn
from bot.platforms import delivery
from bot.platforms import wall as walls
from bot.platforms.controls import Button
from bot.platforms.delivery import Pace, Unsteady
from bot.platforms.wall import MOST_UNASKED, Wall
from bot.roleplay.director import Director
from bot.words import Sentence
from tests.bot.roleplay.conftest import ADA, KIM, PLACE, begin, card, line, open_scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPENING = "An AI plays the characters here, and the story is recorded. What begins with // stays out of it."


@dataclass
class Paper:
    """A chat: its posts, who wrote them, what is marked, and where the buttons are."""

    posts: dict[str, tuple[str, str]] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)
    buttons: dict[str, list[str]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    furnished: list[str] = field(default_factory=list)
    pace: Pace = field(default_factory=lambda: Pace(whole_s=5))
    count: int = 0
    refusals: int = 0

    def outbox(self, name: str, character: int | None) -> "Pen":
        return Pen(self, name)

    async def remove(self, posts: Sequence[str], /) -> None:
        for post in posts:
            self.posts.pop(post, None)
            self.buttons.pop(post, None)

    async def mark(self, posts: Sequence[str]) -> None:
        self.marked |= {*posts}

    async def unmark(self, posts: Sequence[str]) -> None:
        self.marked -= {*posts}

    async def controls(self, post: str, buttons: Sequence[tuple[Button, str]], turn: int) -> None:
        if self.refusals:
            self.refusals -= 1
            raise Unsteady("Not now.")
        self.furnished.append(post)
        self.buttons.pop(post, None)
        if buttons:
            self.buttons[post] = [label for _, label in buttons]

    async def ask_to_remove(self, count: int) -> None:
        self.asked.append(count)

    async def divide(self, turns: Sequence[Turn]) -> None:
        self.said.append(" / ".join(turn.text for turn in turns))

    async def typing(self) -> None: ...

    async def say(self, what: Sentence, /) -> str:
        self.said.append(str(what))
        return "paper:said"

    async def ping(self, accounts: Sequence[str], what: Sentence) -> None:
        self.said.append(f"{' '.join(accounts)}: {what}")

    def foot(self, line: str) -> str:
        return f"\n({line})"

    @property
    def shown(self) -> list[tuple[str, str]]:
        return list(self.posts.values())


@dataclass
class Pen:
    """Writes posts for one speaker."""

    paper: Paper
    name: str
    limit: int = 2000

    async def post(self, text: str, number: int) -> str:
        self.paper.count += 1
        post = f"paper:{self.paper.count}"
        self.paper.posts[post] = (self.name, text)
        return post

    async def edit(self, post: str, text: str, number: int) -> None:
        assert post in self.paper.posts
        self.paper.posts[post] = (self.name, text)

    async def remove(self, posts: Sequence[str]) -> None:
        await self.paper.remove(posts)


@dataclass
class Room:
    """A director, a wall, and the paper it is written on."""

    director: Director
    paper: Paper
    wall: Wall

    async def says(self, text: str) -> str:
        """Let Kim say a line, show who answers, and return the line's message."""
        said = line(text)
        await self.follows(self.director.hear(said))
        return said.event

    async def follows(self, performing) -> None:
        async with performing as performance:
            replies = []
            async for reply in performance:
                replies.append(reply)
                await self.wall.follow(reply)
        for reply in replies:
            await self.wall.spoken(reply)

    async def told(self) -> list[tuple[str, str]]:
        """Return what the story says, but for people's own lines, which show by themselves."""
        return [(one.name, one.text) for one in await self.director.story(PLACE) if one.text and one.name != "Kim"]


@pytest_asyncio.fixture(loop_scope="module")
async def room(director: Director) -> Room:
    """Give a room where Mira greets and answers."""
    paper = Paper()
    await open_scene(director, card("Mira"))
    wall = Wall(director, PLACE, paper)
    await wall.tidy()
    return Room(director, paper, wall)


async def test_buttons_that_a_platform_does_not_let_change_are_changed_the_next_time(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE_SECONDS", 0.01)
    for refusals in (1, 2, 4):  # taken away in vain once or twice; put there in vain too
        room.paper.refusals = refusals
        await room.says("Good evening.")
        await room.wall.tidy()
        assert list(room.paper.buttons) == [list(room.paper.posts)[-1]]


async def test_a_scene_opens_with_a_line_and_the_greeting(room: Room) -> None:
    await room.wall.tidy()
    await Wall(room.director, PLACE, room.paper).tidy()
    assert room.paper.said == [OPENING]
    assert room.paper.shown == await room.told()
    assert list(room.paper.buttons) == ["paper:1"]


async def test_what_is_answered_is_shown_and_has_the_buttons(room: Room) -> None:
    await room.says("Hello.")
    assert room.paper.shown == await room.told()
    assert list(room.paper.buttons) == [list(room.paper.posts)[-1]]
    assert len(room.paper.posts) == 2


async def test_a_retry_and_a_swipe_show_in_the_same_post(room: Room) -> None:
    await room.says("Hello.")
    posts, former = list(room.paper.posts), room.paper.shown[-1]
    await room.follows(room.director.retry(PLACE, KIM))
    assert list(room.paper.posts) == posts
    assert room.paper.shown == await room.told()
    assert "▶ 2/2" in room.paper.buttons[posts[-1]]
    shown = await room.director.swipes.left(PLACE, KIM)
    await room.wall.show([shown.turn])
    assert list(room.paper.posts) == posts
    assert room.paper.shown[-1] == former
    assert "▶ 1/2" in room.paper.buttons[posts[-1]]


async def test_an_undo_takes_posts_away_marks_those_of_people_and_divides(room: Room) -> None:
    greeting = room.paper.shown[0]
    message = await room.says("Hello.")
    await room.director.turns.undo(PLACE, KIM, count=2)
    await room.wall.tidy()
    assert room.paper.shown == [greeting]
    assert room.paper.marked == {message}
    assert room.paper.said[-1] == greeting[1]
    await room.director.turns.restore(PLACE, KIM)
    await room.wall.tidy()
    assert room.paper.marked == set()
    assert room.paper.shown == await room.told()


async def test_a_deleted_reply_vanishes_and_what_it_was_can_come_back(room: Room) -> None:
    await room.says("Hello.")
    told = await room.told()
    turn = (await room.director.story(PLACE))[-1]
    await room.director.turns.delete(PLACE, KIM, turn.id)
    await room.wall.tidy()
    assert len(room.paper.posts) == 1
    await room.director.turns.restore(PLACE, KIM, turn.id)
    await room.wall.tidy()
    assert room.paper.shown == told


async def test_an_edit_shows_in_the_post(room: Room) -> None:
    turn = (await room.director.story(PLACE))[-1]
    await room.wall.show([await room.director.turns.edit(PLACE, KIM, turn.id, "Mira nods.")])
    assert room.paper.shown == [("Mira", "Mira nods.")]


async def test_moderators_are_asked_before_many_posts_vanish(room: Room) -> None:
    for number in range(MOST_UNASKED + 1):
        await room.director.turns.say_as(PLACE, KIM, "Mira", f"Line {number}.")
        await room.wall.tidy()
    await room.director.turns.undo(PLACE, KIM, count=MOST_UNASKED + 1)
    await room.wall.tidy()
    await room.wall.tidy()
    assert room.paper.asked == [MOST_UNASKED + 1]
    assert len(room.paper.posts) == MOST_UNASKED + 2
    assert room.paper.said.count("Mira waves at Kim.") == 1
    await room.wall.tidy(is_sure=True)
    assert room.paper.shown == await room.told()


async def test_many_posts_can_stay_and_are_not_asked_about_again(room: Room) -> None:
    for number in range(MOST_UNASKED + 1):
        await room.director.turns.say_as(PLACE, KIM, "Mira", f"Line {number}.")
        await room.wall.tidy()
    await room.director.turns.undo(PLACE, KIM, count=MOST_UNASKED + 1)
    await room.wall.tidy()
    anew = Wall(room.director, PLACE, room.paper)
    await anew.keep()
    await anew.tidy()
    assert len(room.paper.asked) == 1
    assert len(room.paper.posts) == MOST_UNASKED + 2


async def test_of_a_story_that_is_new_here_the_last_five_turns_are_shown(room: Room) -> None:
    for number in range(8):
        await room.director.turns.say_as(PLACE, KIM, "Mira", f"Line {number}.")
    await room.wall.tidy()
    assert [text for _, text in room.paper.shown[1:]] == [f"Line {number}." for number in range(3, 8)]


async def test_the_state_stands_under_the_newest_reply_alone(room: Room) -> None:
    await room.wall.state("day 3 · evening")
    assert room.paper.shown == [("Mira", "Mira waves at Kim.\n(day 3 · evening)")]
    await room.says("Hello.")
    assert room.paper.shown == await room.told()


async def test_a_retry_that_says_nothing_leaves_the_post(room: Room) -> None:
    await room.says("Hello.")
    before = dict(room.paper.posts)
    async with room.director.retry(PLACE, KIM) as performance:
        async for reply in performance:
            reply.stop()
            await room.wall.follow(reply)
    await room.wall.spoken(reply)
    assert room.paper.posts == before
    assert room.paper.shown == await room.told()


async def test_a_reply_that_is_broken_off_shows_what_is_stored(talkative: Director) -> None:
    paper = Paper()
    await open_scene(talkative, card("Mira"))
    wall = Wall(talkative, PLACE, paper)
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            talkative.stop(PLACE, KIM)
            async for _ in reply:
                pass
    await wall.spoken(reply)
    assert paper.shown[-1][1] == (await talkative.story(PLACE))[-1].text


async def test_after_a_restart_the_buttons_are_where_they_were(room: Room) -> None:
    await room.says("Hello.")
    posts, buttons = dict(room.paper.posts), dict(room.paper.buttons)
    anew = Wall(room.director, PLACE, room.paper)
    await anew.tidy()
    assert (room.paper.posts, room.paper.buttons) == (posts, buttons)


async def test_a_reply_that_a_run_was_killed_over_takes_the_buttons_from_the_one_before(room: Room) -> None:
    await room.says("Hello.")
    async with room.director.hear(line("Still there?")) as performance:
        async for reply in performance:
            assert [chunk async for chunk in reply]
    await Wall(room.director, PLACE, room.paper).tidy()
    assert [post for post, buttons in room.paper.buttons.items() if buttons] == [list(room.paper.posts)[-1]]


async def test_what_a_run_was_killed_over_is_shown_before_the_next_reply(room: Room) -> None:
    async with room.director.hear(line("Hello.")) as performance:
        async for reply in performance:
            assert [chunk async for chunk in reply]
    room.wall = Wall(room.director, PLACE, room.paper)
    await room.says("Still there?")
    assert room.paper.shown == await room.told()


async def test_a_new_post_has_no_buttons_to_be_taken_away(room: Room) -> None:
    assert room.paper.furnished == [next(iter(room.paper.posts))]


async def test_who_wants_it_is_called_after_a_long_wait(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walls, "PING_AFTER_SECONDS", 0.0)
    await room.says("Hello.")
    assert room.paper.said == [OPENING]
    await room.director.pings.want(KIM, is_wanted=True)
    await room.director.pings.want(ADA, is_wanted=True)
    await room.says("Hello again.")
    assert room.paper.said[1:] == [f"{KIM.id}: Mira has answered."]
