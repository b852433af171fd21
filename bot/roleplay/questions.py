"""Questions about the story, out of character: asked and answered beside it, they leave no trace."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.core import Account, Place, ReplySettings
from bot.errors import PlayError, ScenePaused
from bot.roleplay import players, script
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.roleplay.presets import sampling_for
from bot.roleplay.typed import Overrides
from bot.roleplay.utterance import Utterance, spoken
from engine import Priority

MOST_QUESTION_CHARACTERS = 600
"""Some 170 tokens: it stands in the tail, which is read for this answer alone."""

ANSWER_TOKENS = 200
MANNER = ReplySettings(preset="Precise", reply_tokens=ANSWER_TOKENS)
"""What the scene wants of its replies, a grammar for one, does not count here."""


class Questions:
    """Whoever reads a story may ask about it, also while somebody speaks."""

    def __init__(self, house: House) -> None:
        self._house = house

    @asynccontextmanager
    async def ask(self, place: Place, account: Account, question: str) -> AsyncGenerator[Utterance]:
        """Let the model answer a question about the story. Nothing of it is stored, and the story's cache stays.

        It is a stream, because an answer takes as long as a reply. Raises PlayError, ScenePaused, NotAllowed,
        TooManyReplies, TooManyTokens.
        """
        asked = question.strip()
        if not asked:
            raise PlayError("There is no question: ask something about the story.")
        if len(asked) > MOST_QUESTION_CHARACTERS:
            raise PlayError("A question has at most {most} characters.", most=MOST_QUESTION_CHARACTERS)
        scene = await self._house.scene(place)
        await self._house.allow(Action.SUGGEST, account, scene)
        if scene.is_paused:
            raise ScenePaused
        await self._house.ask(account, place)
        name = players.name_of(scene, account, await self._house.person(account))
        prompt = script.question(scene, name, asked, await self._house.template())
        seed = self._house.drawn(f"ask {scene.leaf} {asked}")
        calm = replace(scene, settings=MANNER)
        sampling = sampling_for(self._house.settings, calm, None, {}, Overrides(), seed)
        async with self._house.engine.stream(
            scene.channel, prompt, sampling, priority=Priority.SUGGESTION, user=account.id
        ) as stream:
            answer = Utterance(script.AUTHOR, stream, spoken(stream, script.AUTHOR, script.names(scene)))
            yield answer
        await self._house.note_window(scene, answer.window_from)
        if answer.figures:
            async with self._house.database.writing() as session:
                await self._house.count(session, account, answer.figures)
