"""The last hours: the connection, the limits and the webhooks fail, and the story goes on."""

from itertools import cycle

from tests.bot.platforms.discord.evening.company import CAST, Evening

ILSE, TOMAS, ROSA, ODO = CAST
SEND, EDIT = "POST /webhooks/*", "PATCH /webhooks/*"
QUIETLY = (
    "The storm is over.",
    "And the lamps are out.",
    "Somebody knocks.",
    "It is only the wind.",
    "The soup is cold.",
)


async def replies_are_long(evening: Evening) -> None:
    """From now on a reply is shown while it grows."""
    await evening.hurries()
    await evening.runs(evening.anna, "/settings set", setting="max_tokens", value="120")


async def the_connection_is_cut(evening: Evening) -> None:
    """In mid-reply the gateway goes away; the session is resumed, and what was said meanwhile is heard once."""
    world = evening.inn.world
    cut = world.faults.meanwhile(SEND, world.upsets.cut)
    before = world.gateway.resumed
    line = await evening.anna.says(evening.tavern, f"{ILSE}, tell me all of it.")
    await evening.tavern.until(lambda _: cut.met)
    meanwhile = await evening.cleo.says(evening.tavern, f"{ILSE}, and slowly.")
    for one in (line, meanwhile):
        evening.said.append(one)
        await evening.until_heard(one)
    await evening.settled()
    assert world.gateway.resumed > before


async def there_are_limits(evening: Evening) -> None:
    """Too many requests, once of one route and once of all; and a server that fails."""
    faults = evening.inn.world.faults
    for fault in (
        faults.too_many(EDIT, 0.1),
        faults.too_many(SEND, 0.1, everywhere=True),
        faults.too_many(EDIT, 0.1, via=False),
        faults.hangs_up(EDIT),
    ):
        await evening.says(evening.ben, f"{TOMAS}, go on.")
        assert fault.met


async def webhooks_vanish(evening: Evening) -> None:
    """Somebody deletes the webhooks, before a reply and in the middle of one."""
    tavern = evening.tavern
    for webhook in [*tavern.webhooks]:
        if webhook.creator is evening.inn.world.state.me:
            tavern.loses_webhook(webhook)
    await evening.says(evening.cleo, f"{ROSA}, are you there?")
    evening.inn.world.faults.meanwhile(EDIT, tavern.loses_webhook)
    await evening.says(evening.cleo, f"{ODO}, and you?")


async def they_stay_late(evening: Evening) -> None:
    """They talk until they have said sixty lines, mostly among themselves; the last of them is answered."""
    await evening.runs(evening.anna, "/settings reset")
    people, texts = cycle((evening.anna, evening.ben, evening.cleo)), cycle(QUIETLY)
    while len(evening.said) < 59:
        line = await next(people).says(evening.tavern, next(texts))
        evening.said.append(line)
        await evening.until_heard(line)
    await evening.says(evening.anna, f"{ILSE}, good night.")
    assert evening.newest.author == ILSE
