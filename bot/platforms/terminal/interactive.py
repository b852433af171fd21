"""The play in a terminal: the story scrolls up, a reply grows above the input line, and a status line stays below.

It knows how prompt_toolkit draws, and nothing of who speaks or why.
"""

import asyncio
from asyncio import to_thread
from collections.abc import Iterable, Mapping, Sequence

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.application import get_app, get_app_session
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from bot.core import Turn
from bot.platforms.commands.usage import usage
from bot.platforms.player import Player
from bot.platforms.terminal.files import write_new
from bot.platforms.terminal.lines import HERE, Leave, is_said, take
from bot.platforms.terminal.paint import ALARM, DIM, Fragments, colour, paint, wrap
from bot.platforms.terminal.seat import enter, plays, typed
from bot.platforms.terminal.text import clean, one_line
from bot.roleplay.performance import Reply
from bot.words import Sentence, Words, sentence
from characters import CardFile

SHOWN_TURNS = 20
ROWS_BELOW_REPLY = 6
STATUS_SECONDS = 0.5
ECHO_CHARACTERS = 200


class LiveScreen:
    """A terminal on which one reply at a time is alive; all else has been printed for good. It speaks in `words`."""

    def __init__(self) -> None:
        self.words = Words()
        self.speaking: Reply | None = None

    async def turns(self, turns: Sequence[Turn]) -> None:
        await self.quote(turns, {})

    async def quote(self, turns: Sequence[Turn], numbers: Mapping[int, int]) -> None:
        for turn in turns:
            number = [(DIM, f"#{numbers[turn.id]} ")] if turn.id in numbers else []
            self._print([*number, *paint(turn.name, turn.text)])

    def echo(self, name: str, line: str) -> None:
        """Show what was typed: as a turn, or dimmed where the story does not take it."""
        if is_said(line):
            self._print(paint(name, line))
        else:
            self.tell(line if len(line) <= ECHO_CHARACTERS else f"{line[:ECHO_CHARACTERS]} …")

    async def answer(self, text: str) -> None:
        self._print([("", clean(text))])

    async def note(self, text: str) -> None:
        self.tell(text)

    async def alarm(self, text: str) -> None:
        self.tell(text)

    async def fail(self, sentence: str) -> None:
        self._print([(ALARM, clean(sentence))])

    async def file(self, name: str, data: bytes) -> str:
        return str(await to_thread(write_new, name, data))

    async def suggestions(self, lines: Sequence[str]) -> None:
        await self.answer("\n".join(f"- {line}" for line in lines))

    async def state(self, line: str) -> None:
        self.tell(line)

    async def follow(self, reply: Reply) -> None:
        self.speaking = reply
        async for _ in reply:
            get_app().invalidate()

    async def spoken(self, reply: Reply) -> None:
        self.speaking = None
        if reply.text and not reply.is_folded:
            self._print(paint("" if reply.scene.is_notebook else reply.speaker, reply.whole_text))
            if not reply.is_whole:
                self.tell(self.words.say(sentence("(cut short)")))

    def tell(self, text: str) -> None:
        """Say something beside the story."""
        self._print([(DIM, clean(text))])

    def live(self) -> Fragments:
        """Draw the reply as far as it has come, or as much of its end as the terminal has room for."""
        if not self.speaking:
            return []
        size = get_app_session().output.get_size()
        name = "" if self.speaking.scene.is_notebook else self.speaking.speaker
        lines = wrap(paint(name, self.speaking.whole_text or "…"), size.columns)
        room = max(size.rows - ROWS_BELOW_REPLY, 1)
        return [fragment for line in lines[-room:] for fragment in (*line, ("", "\n"))]

    def _print(self, fragments: Fragments) -> None:
        for line in wrap(fragments, get_app_session().output.get_size().columns):
            print_formatted_text(FormattedText(line))


class CommandCompleter(Completer):
    """Offer a player the commands once a line begins with a slash."""

    def __init__(self, player: Player) -> None:
        self._player = player

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        typed = document.text_before_cursor
        for command in HERE:
            if typed and f"/{command.name}".startswith(typed):
                yield Completion(
                    f"/{command.name}",
                    start_position=-len(typed),
                    display=usage(command, self._player.words),
                    display_meta=self._player.words.say(Sentence(command.help)),
                )


async def play(player: Player, screen: LiveScreen, cards: Sequence[CardFile]) -> int:
    """Play with whoever sits at this terminal until they leave, and return the exit code."""
    await enter(player, cards)
    told = await player.story()
    if len(told) > SHOWN_TURNS:
        await player.note("The last {shown} of {all} turns; /story shows them all.", shown=SHOWN_TURNS, all=len(told))
    await player.show(*told[-SHOWN_TURNS:])
    await player.note("Type what you say or do. /help lists the commands, Ctrl-D leaves.")
    try:
        async with asyncio.TaskGroup() as tasks:
            await _listen(player, screen, tasks)
    except* Leave:
        pass
    return 0


async def _listen(player: Player, screen: LiveScreen, tasks: asyncio.TaskGroup) -> None:
    """Read lines for ever, also while earlier ones are still being answered. Raises Leave at the end of input."""
    doing = set[asyncio.Task[bool]]()
    session = _session(player, screen, doing)
    while True:
        try:
            line = await session.prompt_async()
        except EOFError as error:
            raise Leave from error
        if line.strip():
            screen.words = player.words
            screen.echo(*await typed(player, line))
            task = tasks.create_task(take(player, line))
            doing.add(task)
            task.add_done_callback(doing.discard)


def _session(player: Player, screen: LiveScreen, doing: set[asyncio.Task[bool]]) -> PromptSession[str]:
    keys = KeyBindings()

    @keys.add("c-c")
    @keys.add("<sigint>")
    def _(event: KeyPressEvent) -> None:
        if player.director.stop(player.place, player.account):
            return
        if doing:
            for task in doing:
                task.cancel()
        elif event.current_buffer.text:
            event.current_buffer.reset()
        else:
            screen.tell(player.words.say(sentence("Ctrl-D or /quit leaves.")))

    def message() -> StyleAndTextTuples:
        name = one_line(plays(player))
        return [*screen.live(), (colour(name), f"{name}: ")]

    def toolbar() -> str:
        place = screen.speaking.place_in_line if screen.speaking else 0
        hints = [sentence("Ctrl-C stops the reply")] if doing else []
        waits = [sentence("place {place} in line", place=place)] if place else []
        return " · ".join([*map(player.words.say, [*hints, *waits]), player.status()])

    session: PromptSession[str] = PromptSession(
        message,
        bottom_toolbar=toolbar,
        completer=CommandCompleter(player),
        complete_while_typing=Condition(lambda: session.default_buffer.text.startswith("/")),
        key_bindings=keys,
        erase_when_done=True,
        refresh_interval=STATUS_SECONDS,
    )
    return session
