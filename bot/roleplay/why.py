"""Why a reply is as it is: in words, as the exact prompt, and token by token."""

from dataclasses import dataclass

from bot.core import Account, Author, Place, Turn
from bot.errors import PlayError
from bot.roleplay import prompts, reasons
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.store import reasons as kept
from bot.store import tree
from bot.words import Sentence
from engine import Explained, Prompt

RIVALS = 3


@dataclass(frozen=True, slots=True)
class Because:
    """A reply, and why it is as it is, a sentence each."""

    turn: Turn
    sentences: tuple[Sentence, ...]


class Why:
    """What is known of the replies at a place. Where no turn is named, the newest reply is meant."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def of(self, place: Place, turn: Turn | None = None) -> Because:
        """Say why a reply is as it is. Raises NothingPlayed, and PlayError where that is not known."""
        turn, reason = await self._kept(place, turn)
        async with self._house.database.reading() as session:
            memories = [await tree.turn(session, id) for id in reason.fields.get("memories", ())]
        return Because(turn, reasons.explained(turn.name, reason.fields, memories=memories))

    async def lore(self, place: Place, turn: Turn | None = None) -> Because:
        """Say which lore came in for a reply, and why. Raises as `of` does."""
        turn, reason = await self._kept(place, turn)
        return Because(turn, tuple(reasons.lore(reason.fields)))

    async def prompt(self, place: Place, turn: Turn | None = None) -> str:
        """Return the exact text that the model read for a reply. Raises as `of` does, and where it was let go of."""
        _, reason = await self._kept(place, turn)
        return prompts.text_of(_prompt(reason))

    async def tokens(self, place: Place, account: Account, turn: Turn | None = None) -> tuple[Explained, ...]:
        """Return a reply token by token, each with its probability and nearest rivals, as the bare model sees it.

        Raises as `prompt` does, NotAllowed, TooManyReplies, TooManyTokens, and EngineError.
        """
        turn, reason = await self._kept(place, turn)
        begun = reason.fields.get("begun", 0)
        written = turn.text[begun:] if begun else f" {turn.text}"
        prompt = _prompt(reason)
        scene = await self._house.scene(place)
        await self._house.allow(Action.SUGGEST, account, scene)
        await self._house.ask(account, place)
        explained = await self._house.engine.explain(scene.channel, prompt, written, rivals=RIVALS, user=account.id)
        async with self._house.database.writing() as session:
            await self._house.count(session, account, explained.figures)
        return explained.tokens

    async def _kept(self, place: Place, turn: Turn | None) -> tuple[Turn, kept.Reason]:
        scene = await self._house.scene(place)
        replies = [one for one in scene.turns if one.author is not Author.PERSON and one.text]
        async with self._house.database.reading() as session:
            for one in [turn] if turn else reversed(replies):
                if found := await kept.of(session, one.id):
                    return one, found
        if turn:
            raise PlayError("Of that turn nothing is known: only replies that the model has written have reasons.")
        raise PlayError("There is no reply yet that the model has written.")


def _prompt(reason: kept.Reason) -> Prompt:
    if not reason.prompt:
        raise PlayError("Its prompt is not kept any more: of each scene the {most} newest are.", most=kept.PROMPTS_KEPT)
    return prompts.read(reason.prompt)
