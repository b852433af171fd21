"""What happened so far: the summary that runs along with a story, and what somebody missed. The model writes both."""

from dataclasses import dataclass, replace

from bot.core import Account, Place, Scene, Summary
from bot.errors import LineTooLong, PlayError
from bot.roleplay import blocks, retelling, script
from bot.roleplay.filters import check_said
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.roleplay.tail import Tail
from bot.roleplay.utterance import spoken
from bot.store import scenes, summaries, tree
from engine import Finish, Priority

MOST_SUMMARY_CHARACTERS = 4_000
TEMPERATURE = 0.4
"""At most: what happened is not to be invented."""


@dataclass(frozen=True, slots=True)
class Recap:
    """What happened in so many turns."""

    turns: int
    text: str


class Chronicle:
    """The summaries of the scenes. A summary stands behind the turn that the story stood at when it was asked for."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def summary(self, place: Place) -> Summary | None:
        """Return the newest summary of the story at a place."""
        return (await self._house.scene(place)).summary

    async def summarise(self, place: Place, account: Account) -> Summary:
        """Let the model sum up the story now, keep that, and return it. Raises PlayError."""
        scene = await self._house.scene(place)
        await self._house.allow(Action.MEMORY, account, scene)
        if scene.leaf is None:
            raise PlayError("There is nothing to sum up: the story has not begun.")
        order = retelling.summary_order(retelling.LONGEST_TOKENS)
        text = await self._told(scene, blocks.SUMMARY, order, priority=Priority.SUGGESTION, account=account)
        if not text:
            raise _no_words()
        await self._keep(scene, scene.leaf, text)
        return Summary(scene.leaf, text)

    async def edit(self, place: Place, account: Account, text: str) -> None:
        """Let the newest summary say something else; an empty text takes it away. Raises PlayError."""
        if len(text) > MOST_SUMMARY_CHARACTERS:
            raise LineTooLong(len(text), MOST_SUMMARY_CHARACTERS)
        scene = await self._house.scene(place)
        await self._house.allow(Action.MEMORY, account, scene)
        if scene.summary is None:
            raise PlayError("There is no summary to be changed yet.")
        await check_said(self._house, place, text)
        person = await self._house.person(account)
        async with self._house.database.writing() as session:
            await summaries.revise(
                session, scene.summary.turn, " ".join(text.split()), person=person, at=self._house.now()
            )

    async def recap(self, place: Place, account: Account) -> Recap:
        """Tell somebody what happened since their last turn, as far as the model reads it. Nothing of it is kept.

        Raises PlayError.
        """
        scene = await self._house.scene(place)
        await self._house.allow(Action.LOOK, account, scene)
        person = await self._house.person(account)
        async with self._house.database.reading() as session:
            missed = await tree.last_of(session, scene.leaf, person)
            last = missed[0] if missed else None
            told = missed[1:] if missed else await scenes.story(session, scene.id)
        count = sum(bool(turn.text) for turn in told)
        if not count:
            raise PlayError("Nothing has happened since your last line.")
        playing = scene.playing(person)
        name = playing.name if playing else account.name
        order = retelling.recap_order(name, last, retelling.LONGEST_TOKENS)
        header = retelling.RECAP.format(name=name)
        text = await self._told(scene, header, order, priority=Priority.SUGGESTION, account=account)
        if not text:
            raise _no_words()
        return Recap(count, text)

    async def keep_up(self, place: Place) -> bool:
        """Sum up the story at a place where that is due and nobody plays on meanwhile; tell whether it was."""
        if not self._house.settings.summaries:
            return False
        async with self._house.database.reading() as session:
            scene = await scenes.current(session, place.id)
        if scene is None or scene.leaf is None:
            return False
        tokens = retelling.room_for_summary(scene, held=self._held(scene), window=self._house.engine.info.window)
        if not tokens:
            return False
        order = retelling.summary_order(tokens)
        text = await self._told(scene, blocks.SUMMARY, order, tokens=tokens, priority=Priority.BACKGROUND)
        return bool(text) and await self._keep(scene, scene.leaf, text, unless_played_on=True)

    def _held(self, scene: Scene) -> int:
        return self._house.engine.occupancy.held.get(scene.channel, 0)

    async def _told(
        self,
        scene: Scene,
        header: str,
        order: str,
        *,
        tokens: int = 0,
        priority: Priority,
        account: Account | None = None,
    ) -> str:
        """Let the model tell something beside the story, in whole sentences, for whoever asks for it."""
        house = self._house
        if account:
            await house.ask(account, scene.place)
        user = account.id if account else ""
        room = tokens or retelling.room_beside(scene, order, held=self._held(scene), window=house.engine.info.window)
        prompt = script.retelling(scene, header, await house.template(), tail=Tail(order=order))
        drawn = house.settings.sampling(seed=house.drawn(f"{header} {scene.leaf}"))
        sampling = replace(
            drawn,
            max_tokens=max(room, retelling.SHORTEST_TOKENS),
            temperature=min(drawn.temperature, TEMPERATURE),
        )
        async with house.engine.stream(scene.channel, prompt, sampling, priority=priority, user=user) as stream:
            text = "".join([chunk async for chunk in spoken(stream, header.removesuffix(":"), script.names(scene))])
            stream.stop()
            async for _ in stream:
                pass
        finished = stream.finished
        await house.note_window(scene, finished.window_from if finished else None)
        if account and finished:
            async with house.database.writing() as session:
                await house.count(session, account, finished.figures)
        breaks_off = finished is not None and finished.reason is Finish.LENGTH
        return " ".join((retelling.whole_sentences(text) if breaks_off else text).split())

    async def _keep(self, scene: Scene, leaf: int, text: str, *, unless_played_on: bool = False) -> bool:
        """Keep a summary of the story as a scene has it, but not where that was to be otherwise."""
        async with self._house.database.writing() as session:
            now = await scenes.scene(session, scene.id)
            has_changed = now.turns != scene.turns[-len(now.turns) :] or now.leaf != leaf
            if unless_played_on and has_changed:
                return False
            first = scene.turns[0].id
            await summaries.add(session, leaf, text, person=None, at=self._house.now(), window_from=first)
            return True


def _no_words() -> PlayError:
    return PlayError("The model found no words for what happened: try again.")
