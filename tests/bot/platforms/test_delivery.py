"""A text on its way into a chat, within a pace that a test can wait for."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.platforms import delivery
from bot.platforms.delivery import Pace, Posts, Stuck, Unreachable, Unsteady, deliver, show_whole
from tests.bot.platforms.speech import Speech

QUICK = Pace(whole_s=0.01, edit_s=0.01)


class Box:
    """Keeps what was posted, and what it said before; what is in `troubles` is raised instead, once each."""

    limit = 50

    def __init__(self) -> None:
        self.posts: dict[str, list[str]] = {}
        self.troubles: list[Exception] = []
        self.edit_troubles: list[Exception] = []

    async def post(self, text: str, number: int) -> str:
        self._stumble(self.troubles)
        post = f"box:{len(self.posts)}"
        self.posts[post] = [text]
        return post

    async def edit(self, post: str, text: str, number: int) -> None:
        self._stumble(self.edit_troubles)
        self.posts[post].append(text)

    async def remove(self, posts: Sequence[str]) -> None:
        for post in posts:
            del self.posts[post]

    def _stumble(self, troubles: list[Exception]) -> None:
        if troubles:
            raise troubles.pop(0)

    @property
    def now(self) -> list[str]:
        return [texts[-1] for texts in self.posts.values()]


class SlowBox(Box):
    """Takes its time, once a post is there."""

    def __init__(self) -> None:
        super().__init__()
        self.has_posted, self.may_tell = asyncio.Event(), asyncio.Event()

    async def post(self, text: str, number: int) -> str:
        post = await super().post(text, number)
        self.has_posted.set()
        await self.may_tell.wait()
        return post


class Notes:
    """Which posts are known to show the text."""

    def __init__(self) -> None:
        self.known: list[str] = []

    async def sent(self, post: str) -> None:
        self.known.append(post)

    async def gone(self, *posts: str) -> None:
        self.known = [one for one in self.known if one not in posts]


def posts(box: Box, notes: Notes, *ids: str) -> Posts:
    notes.known = [*ids]
    return Posts(box, QUICK, ids=ids, sent=notes.sent, gone=notes.gone)


async def until(box: Box, text: str) -> None:
    async with asyncio.timeout(5):
        while True:
            if text in box.now:
                return
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PATIENCE_SECONDS", 0.01)


async def test_what_is_said_in_a_moment_is_posted_whole() -> None:
    box, notes, speech = Box(), Notes(), Speech("It ", "rains.")
    speech.chunks.put_nowait(None)
    await deliver(speech, posts(box, notes), Pace())
    assert list(box.posts.values()) == [["It rains."]]
    assert notes.known == ["box:0"]


async def test_the_first_post_holds_a_sentence_and_grows_to_the_end() -> None:
    box, notes, speech = Box(), Notes(), Speech("It rains")
    delivering = asyncio.create_task(deliver(speech, posts(box, notes), QUICK))
    await asyncio.sleep(0.05)
    assert box.now == []
    speech.chunks.put_nowait(". And")
    await until(box, "It rains. And")
    speech.chunks.put_nowait(" it pours.")
    await until(box, "It rains. And it pours.")
    speech.chunks.put_nowait(" So?")
    speech.chunks.put_nowait(None)
    await delivering
    assert box.posts["box:0"][0] == "It rains. And"
    assert box.now == ["It rains. And it pours. So?"]


async def test_where_nothing_streams_only_the_whole_text_is_posted() -> None:
    box, notes, speech = Box(), Notes(), Speech("It rains. ")
    delivering = asyncio.create_task(deliver(speech, posts(box, notes), Pace(whole_s=0.01, edit_s=None)))
    await asyncio.sleep(0.05)
    assert box.now == []
    speech.chunks.put_nowait("It pours.")
    speech.chunks.put_nowait(None)
    await delivering
    assert box.now == ["It rains. It pours."]


async def test_the_last_edit_arrives_although_the_platform_refuses_some() -> None:
    box, notes, speech = Box(), Notes(), Speech("It rains.")
    box.edit_troubles = [Unsteady("Not now.")] * 3
    delivering = asyncio.create_task(deliver(speech, posts(box, notes), QUICK))
    await until(box, "It rains.")
    speech.chunks.put_nowait(" It pours.")
    speech.chunks.put_nowait(None)
    await delivering
    assert box.now == ["It rains. It pours."]


async def test_a_platform_that_never_takes_it_is_given_up() -> None:
    box, notes = Box(), Notes()
    box.troubles = [Unsteady("Not now.")] * 20
    with pytest.raises(Unreachable, match="Not now"):
        await show_whole("It rains.", posts(box, notes))


async def test_what_nobody_can_see_any_more_is_stopped() -> None:
    box, notes, speech = Box(), Notes(), Speech("It rains.")
    box.edit_troubles = [Unreachable("Gone.")] * 2
    delivering = asyncio.create_task(deliver(speech, posts(box, notes), QUICK))
    await until(box, "It rains.")
    speech.chunks.put_nowait(" It pours.")
    with pytest.raises(Unreachable):
        await delivering
    assert speech.is_stopped


async def test_a_post_that_cannot_be_changed_is_posted_anew_with_those_behind_it() -> None:
    box, notes = Box(), Notes()
    shown = posts(box, notes)
    await show_whole("The rain falls on the roof of the inn.\n\nThen it stops, and nobody says a word.", shown)
    assert len(box.now) == 2
    box.edit_troubles = [Stuck("Too old.")]
    await show_whole("The snow falls on the roof of the inn.\n\nThen it stops, and nobody says a word.", shown)
    assert box.now == ["The snow falls on the roof of the inn.", "Then it stops, and nobody says a word."]
    assert notes.known == list(box.posts)


async def test_a_shorter_text_takes_posts_away_and_tells_before() -> None:
    box, notes = Box(), Notes()
    shown = posts(box, notes)
    await show_whole("The rain falls on the roof of the inn.\n\nThen it stops, and nobody says a word.", shown)
    await show_whole("The rain falls.", shown)
    assert box.now == ["The rain falls."]
    assert notes.known == ["box:0"]


async def test_a_reply_that_says_nothing_leaves_what_it_replaces() -> None:
    box, notes, speech = Box(), Notes(), Speech()
    box.posts["box:0"] = ["The former."]
    speech.chunks.put_nowait(None)
    await deliver(speech, posts(box, notes, "box:0"), QUICK)
    assert box.now == ["The former."]


async def test_a_reply_that_is_broken_off_has_noted_what_it_posted() -> None:
    box, notes, speech = Box(), Notes(), Speech("It rains.")
    delivering = asyncio.create_task(deliver(speech, posts(box, notes), QUICK))
    await until(box, "It rains.")
    delivering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await delivering
    assert notes.known == ["box:0"]


async def test_a_post_that_is_being_sent_at_the_end_is_known() -> None:
    box, notes = SlowBox(), Notes()
    showing = asyncio.create_task(show_whole("Good evening.", Posts(box, QUICK, sent=notes.sent, gone=notes.gone)))
    await box.has_posted.wait()
    showing.cancel()
    await asyncio.sleep(0)
    box.may_tell.set()
    with pytest.raises(asyncio.CancelledError):
        await showing
    assert notes.known == list(box.posts)
