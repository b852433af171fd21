"""What a wall is written on: one chat of a platform. It knows none of them."""

from collections.abc import Sequence
from typing import Protocol

from bot.core import Turn
from bot.platforms.controls import Button
from bot.platforms.delivery import Outbox, Pace
from bot.words import Sentence


class Surface(Protocol):
    """One chat of a platform, to be written on. Posts are known by their ids, `platform:message-id`.

    All of it raises Unreachable and Unsteady.
    """

    @property
    def pace(self) -> Pace: ...

    def outbox(self, name: str, character: int | None) -> Outbox:
        """Return where somebody's posts go: a character's by its id, or the narrator's, or a person's by hand."""
        ...

    async def remove(self, posts: Sequence[str], /) -> None:
        """Take posts of the bot away; those that are gone already do not count."""
        ...

    async def mark(self, posts: Sequence[str]) -> None:
        """Mark people's posts as out of the story, where that can be done."""
        ...

    async def unmark(self, posts: Sequence[str]) -> None:
        """Take that mark off."""
        ...

    async def controls(self, post: str, buttons: Sequence[tuple[Button, str]], turn: int) -> None:
        """Put buttons under a post of the bot; none take them away."""
        ...

    async def ask_to_remove(self, count: int) -> None:
        """Ask those who look after the place whether so many posts are to vanish."""
        ...

    async def divide(self, turns: Sequence[Turn]) -> None:
        """Say that the story goes on from here, behind these turns."""
        ...

    async def typing(self) -> None:
        """Show for a while that somebody types; `pace.typing_s` says how long that lasts."""
        ...

    async def say(self, what: Sentence, /) -> str:
        """Post something that the bot itself has to say, and return the post's id. It is no part of the story."""
        ...

    async def ping(self, accounts: Sequence[str], what: Sentence) -> None:
        """Call people, by the ids of their accounts, who wanted to be called."""
        ...

    def foot(self, line: str) -> str:
        """Return a line, such as the state of the story, as it stands under the text of a reply."""
        ...
