"""Commands about what the story keeps, what follows each reply by itself, and why a reply is as it is."""

from bot.core import Afterwards
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.roleplay.aftermath import MOST_SUGGESTIONS
from bot.roleplay.state import State
from bot.words import Sentence, sentence
from engine import Explained

SWITCHES = {"on": True, "off": False}
SWITCHED = {True: sentence("on"), False: sentence("off")}
LEAST_SHOWN = 0.01


async def _state(player: Player, given: Given) -> None:
    name, value = given.text("name"), given.text("value")
    if not name:  # typed without an equals sign
        name, _, value = value.partition(" ")
    if name:
        state = await player.director.state.change(player.place, player.account, name, value.strip())
    else:
        state = await player.director.state.current(player.place)
    await _show(player, state)


async def _define(player: Player, given: Given) -> None:
    written = f"{given.text('name')} = {given.text('kind')}"
    await _show(player, await player.director.state.define(player.place, player.account, written))


async def _forget(player: Player, given: Given) -> None:
    await _show(player, await player.director.state.forget(player.place, player.account, given.text("name")))


async def _show(player: Player, state: State) -> None:
    if not state.definitions:
        await player.answer("The story keeps no values.")
    elif state.line:
        await player.screen.answer(state.line)


async def _after(player: Player, given: Given) -> None:
    scene = await player.look()
    current = scene.afterwards if scene else Afterwards()
    wanted: dict[str, bool | int] = {
        name: SWITCHES[given.text(name)] for name in ("narrate", "state") if given.text(name)
    }
    if (count := given.number("suggest")) is not None:
        wanted["suggest"] = count
    if wanted:
        current = await player.director.aftermath.change(player.place, player.account, **wanted)
    await player.answer(
        "After each reply: narrate {narrate}, suggest {suggest}, state {state}.",
        narrate=SWITCHED[current.narrate],
        suggest=current.suggest,
        state=SWITCHED[current.state],
    )


async def _why(player: Player, given: Given) -> None:
    which, form = given.text("turn"), given.text("form")
    turn = await player.director.turns.find(player.place, which) if which else None
    if form == "prompt":
        await player.screen.answer(await player.director.why.prompt(player.place, turn))
    elif form == "tokens":
        tokens = await player.director.why.tokens(player.place, player.account, turn)
        await player.screen.answer("\n".join(player.words.say(_told(token)) for token in tokens))
    else:
        because = await player.director.why.of(player.place, turn)
        await player.screen.answer("\n".join(map(player.words.say, because.sentences)))


def _told(token: Explained) -> Sentence:
    likely = [(text, part) for text, part in token.rivals if part >= LEAST_SHOWN]
    rivals = ", ".join(f"{_shown(text)} {part:.0%}" for text, part in likely)
    if not rivals:
        return sentence("{text} {probability:.0%}", text=_shown(token.text), probability=token.probability)
    return sentence(
        "{text} {probability:.0%}; or {rivals}", text=_shown(token.text), probability=token.probability, rivals=rivals
    )


def _shown(text: str) -> str:
    return f"“{text}”".replace("\n", "⏎")


SWITCH = tuple(SWITCHES)

COMMANDS = (
    Command(
        ("state", "set"),
        "show how things stand in the story, or set one of them",
        _state,
        (
            Option("name", "what is set", until="="),
            Option("value", "to what"),
        ),
        is_usual=True,
    ),
    Command(
        ("state", "define"),
        "let the story keep a value: a number, one of several words, or a short text",
        _define,
        (
            Option("name", "what it is called", until="=", is_needed=True, example="trust "),
            Option("kind", "1..9, some words with commas, or text", is_needed=True, example="wary, warm"),
        ),
    ),
    Command(
        ("state", "forget"),
        "let the story keep a value no longer",
        _forget,
        (Option("name", "what it is called", is_needed=True, example="trust"),),
    ),
    Command(
        ("after",),
        "set what follows each reply by itself; shows it without more",
        _after,
        (
            Option("narrate", "a narrator's passage", Kind.CHOICE, choices=SWITCH, is_flag=True),
            Option("suggest", "so many lines for you", Kind.NUMBER, least=0, most=MOST_SUGGESTIONS, is_flag=True),
            Option("state", "an update of the state", Kind.CHOICE, choices=SWITCH, is_flag=True),
        ),
    ),
    Command(
        ("why",),
        "say why a reply is as it is",
        _why,
        (
            Option("form", "its exact prompt, or token by token", Kind.CHOICE, choices=("prompt", "tokens")),
            Option("turn", "the number of the reply; without it, the last", Kind.TURN),
        ),
    ),
)
