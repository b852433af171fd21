"""Commands about what the story keeps, what follows each reply by itself, and why a reply is as it is."""

from bot.core import Afterwards, Turn
from bot.errors import PlayError
from bot.platforms.terminal.commands.table import Command, number
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.aftermath import MOST_SUGGESTIONS
from bot.words import Sentence, sentence
from engine import Explained

SWITCHES = {"on": True, "off": False}
SWITCHED = {True: sentence("on"), False: sentence("off")}
LEAST_SHOWN = 0.01


async def _state(player: Player, argument: str) -> None:
    what, _, rest = argument.partition(" ")
    if what in ("define", "forget") and rest.strip() and not rest.strip().startswith("="):
        change = player.director.state.define if what == "define" else player.director.state.forget
        state = await change(PLACE, player.account, rest)
    elif argument:
        name, equals, value = argument.partition("=")
        if not equals:
            name, _, value = argument.partition(" ")
        state = await player.director.state.change(PLACE, player.account, name, value.strip())
    else:
        state = await player.director.state.current(PLACE)
    if not state.definitions:
        player.answer("The story keeps no values.")
    elif state.line:
        player.screen.answer(state.line)


async def _after(player: Player, argument: str) -> None:
    scene = await player.director.scene(PLACE)
    current = scene.afterwards if scene else Afterwards()
    if argument:
        what, _, how = argument.lower().partition(" ")
        current = await player.director.aftermath.change(PLACE, player.account, **_wanted(what, how.strip()))
    player.answer(
        "After each reply: narrate {narrate}, suggest {suggest}, state {state}.",
        narrate=SWITCHED[current.narrate],
        suggest=current.suggest,
        state=SWITCHED[current.state],
    )


def _wanted(what: str, how: str) -> dict[str, bool | int]:
    if what == "suggest":
        return {what: 0 if how in ("0", "off") else number("after suggest", how, most=MOST_SUGGESTIONS)}
    if what in ("narrate", "state") and how in SWITCHES:
        return {what: SWITCHES[how]}
    raise PlayError("/after takes narrate on, suggest 3, or state on; off in place of each.")


async def _why(player: Player, argument: str) -> None:
    words = argument.lower().split()
    form = next((word for word in words if word in ("prompt", "tokens")), "")
    numbers = [word for word in words if word != form]
    turn = await _turn(player, numbers[0]) if numbers else None
    if form == "prompt":
        player.screen.answer(await player.director.why.prompt(PLACE, turn))
    elif form == "tokens":
        for token in await player.director.why.tokens(PLACE, turn):
            player.screen.answer(player.words.say(_told(token)))
    else:
        because = await player.director.why.of(PLACE, turn)
        for one in because.sentences:
            player.screen.answer(player.words.say(one))


async def _turn(player: Player, written: str) -> Turn:
    told = await player.story()
    return told[number("why", written, most=max(1, len(told))) - 1]


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


COMMANDS = (
    Command(
        "state",
        "[[define] NAME = VALUE, forget NAME]",
        "show how things stand, set one of them, or say what is kept (define trust = wary, warm)",
        _state,
    ),
    Command("after", "[narrate on|off, suggest N, state on|off]", "what follows each reply by itself", _after),
    Command("why", "[TURN] [prompt|tokens]", "say why a reply is as it is", _why),
)
