"""Commands about the cards that somebody has."""

from collections.abc import Mapping
from dataclasses import replace

from bot.platforms.commands.table import Attached, Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.roleplay.bringing import filename
from bot.roleplay.intake import LABELS, Line, Outcome
from bot.words import sentence
from characters import Container
from characters.files import container_of
from characters.formats import charx


async def _list(player: Player, given: Given) -> None:
    lines: list[str] = []
    for card in await player.director.library.cards(player.place, player.account):
        marks = [
            player.words.say(mark)
            for mark, holds in (
                (sentence("yours"), card.is_own),
                (sentence("published"), card.is_published),
                (sentence("comes with Troupe"), card.is_bundled),
            )
            if holds
        ]
        lines.append(f"- {card.name} ({', '.join(marks)})")
    await player.screen.answer("\n".join(lines))


async def _import(player: Player, given: Given) -> None:
    file = given.file("file")
    assert file
    await bring(player, file)


async def bring(player: Player, file: Attached) -> bool:
    """Take in a card from its file, tell what became of it, and return whether it was one. Raises PlayError."""
    data = await file.read(charx.LIMIT_BYTES)
    beside = await file.beside() if container_of(data) == "json" else None
    library, source = player.director.library, file.name
    line = await library.take_card(player.place, player.account, data, source=source, beside=beside)
    await tell(player, line)
    return line.outcome is not Outcome.REFUSED


async def _export(player: Player, given: Given) -> None:
    name, container = given.text("card"), CONTAINERS[given.text("format")]
    data = await player.director.library.export_card(player.place, player.account, name, container)
    written = await player.screen.file(f"{filename(name)}.{container}", data)
    await player.answer("The card is in {file} now.", file=written)


async def _show(player: Player, given: Given) -> None:
    card = (await player.director.library.find_card(player.place, player.account, given.text("card"))).card
    parts = (card.creator_notes, card.description, card.personality, card.scenario, *card.greetings[:1])
    await player.screen.answer("\n\n".join([card.name, *(part.strip() for part in parts if part.strip())]))


async def tell(player: Player, line: Line) -> None:
    """Tell what became of something that was brought."""
    if line.outcome is Outcome.REFUSED and line.because:
        await player.screen.fail(player.words.say(line.because))
        return
    await player.screen.answer(f"{player.words.say(LABELS[line.outcome])}: {line.name}")
    for remark in (line.because, *line.remarks):
        if remark:
            await player.screen.note(player.words.say(remark))


async def _edit(player: Player, given: Given) -> None:
    name, field = given.text("card"), given.text("field")
    file = await player.director.library.edit_card(player.place, player.account, name, field, given.text("text"))
    await player.answer("{name} is changed; scenes keep the card that they began with.", name=file.card.name)


async def _edited_now(player: Player, given: Given) -> str:
    card = (await player.director.library.find_card(player.place, player.account, given.text("card"))).card
    return str(getattr(card, given.text("field"), ""))


async def _publish(player: Player, given: Given) -> None:
    card = await player.director.library.publish(player.place, player.account, "card", given.text("card"))
    await player.answer("Everybody who is let in can use {name} now.", name=card.name)


async def _unpublish(player: Player, given: Given) -> None:
    card = await player.director.library.unpublish(player.place, player.account, "card", given.text("card"))
    await player.answer("{name} is yours alone again.", name=card.name)


async def _remove(player: Player, given: Given) -> None:
    card = await player.director.library.remove(player.place, player.account, "card", given.text("card"))
    await player.answer("The card {name} is removed; stories keep what they know of it.", name=card.name)


CONTAINERS: Mapping[str, Container] = {"json": "json", "png": "png", "charx": "charx"}
FIELDS = (
    "description",
    "personality",
    "scenario",
    "first_mes",
    "mes_example",
    "creator_notes",
    "system_prompt",
    "post_history_instructions",
    "name",
    "nickname",
)
CARD = Option("card", "whose card", Kind.CARD, is_needed=True, example="Mira")

COMMANDS = (
    Command(("card", "list"), "list the cards that you can use", _list, is_usual=True),
    Command(
        ("card", "import"),
        "bring a card of yours",
        _import,
        (Option("file", "the card: JSON, YAML, PNG or CHARX", Kind.FILE, is_needed=True, example="mira.png"),),
    ),
    Command(
        ("card", "export"),
        "get a card as a file",
        _export,
        (
            CARD,
            Option(
                "format", "what it is packed in", Kind.CHOICE, is_needed=True, choices=tuple(CONTAINERS), example="png"
            ),
        ),
    ),
    Command(("card", "show"), "show what a card says", _show, (CARD,)),
    Command(
        ("card", "edit"),
        "let a card of yours say something else",
        _edit,
        (
            replace(CARD, until=":"),
            Option(
                "field",
                "which part, as cards name it",
                Kind.CHOICE,
                is_needed=True,
                choices=FIELDS,
                example="personality",
            ),
            Option("text", "what it says then", is_needed=True, is_long=True, example="Dry and kind."),
        ),
        draft=_edited_now,
    ),
    Command(("card", "publish"), "let everybody here use a card of yours", _publish, (CARD,)),
    Command(("card", "unpublish"), "keep a card to yourself again", _unpublish, (CARD,)),
    Command(("card", "remove"), "remove a card of yours", _remove, (CARD,)),
)
