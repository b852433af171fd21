"""Whose cards are seen by whom, with a real database; no model speaks."""

import json
from asyncio import to_thread

import pytest

from bot.core import Account, Place, Role
from bot.errors import Missing, NotAllowed, PlayError
from bot.platforms.terminal.cards import find_cards
from bot.roleplay.director import Director
from bot.roleplay.library import Listed
from bot.store import cards
from bot.store.database import Database
from characters import CardFile, open_card
from tests.bot.roleplay.conftest import AT, say, told

pytestmark = pytest.mark.asyncio(loop_scope="module")

INN, OTHER, HERE = Place("discord:1", server="discord:inn"), Place("discord:2", server="discord:other"), Place("term:1")
KIM, ADA = Account("discord:kim", "Kim"), Account("discord:ada", "Ada")
MODERATOR = Account("discord:mod", "Mo", Role.MODERATOR)
OWNER = Account("term:1", "Anna", Role.OWNER)


def card(name: str, **fields: str) -> CardFile:
    """Make a card as it comes in a file."""
    told = {"name": name, "first_mes": "Hello.", **fields}
    data = json.dumps({"spec": "chara_card_v3", "spec_version": "3.0", "data": told}).encode()
    return open_card(data, source=f"{name}.json")


BUNDLED = ["Fennel", "Mira", "Tolly", "Зоя Львовна"]
MIRA = card("Mira Stone", nickname="Stone", description="Kim's own.")


async def names(director: Director, place: Place, account: Account) -> list[str]:
    return [one.name for one in await director.library.cards(place, account) if not one.is_bundled]


async def test_a_card_is_seen_by_whoever_brought_it_and_the_bots_own_by_all(director: Director) -> None:
    await director.library.keep(KIM, [MIRA])
    assert (await director.library.cards(INN, KIM))[0] == Listed("Mira Stone", is_own=True)
    assert [one.name for one in await director.library.cards(INN, ADA)] == BUNDLED
    for name in ("Mira Stone", "stone", " MIRA  stone "):
        assert await director.library.find_card(INN, KIM, name) == MIRA
        with pytest.raises(Missing):
            await director.library.find_card(INN, ADA, name)
    found = await director.library.find_card(INN, ADA, "zoya")
    assert found == await director.library.find_card(INN, ADA, "зоя львовна")
    assert found.card.name == "Зоя Львовна"


async def test_ones_own_card_comes_before_the_bots(director: Director) -> None:
    await director.library.keep(KIM, [card("Tolly", description="Another.")])
    assert (await director.library.find_card(INN, KIM, "tolly")).card.description == "Another."
    assert (await director.library.find_card(INN, ADA, "tolly")).card.description != "Another."


async def test_a_published_card_is_seen_on_its_server(director: Director) -> None:
    await director.library.keep(KIM, [MIRA])
    with pytest.raises(Missing):
        await director.library.publish(INN, ADA, "card", "Mira Stone")
    await director.library.publish(INN, KIM, "card", "mira stone")
    assert await director.library.find_card(INN, ADA, "Stone") == MIRA
    assert (await names(director, INN, ADA), await names(director, OTHER, ADA)) == (["Mira Stone"], [])
    assert (await director.library.cards(INN, KIM))[0] == Listed("Mira Stone", is_own=True, is_published=True)
    with pytest.raises(NotAllowed, match="moderators"):
        await director.library.unpublish(INN, ADA, "card", "Mira Stone")
    await director.library.unpublish(INN, MODERATOR, "card", "Mira Stone")
    assert await names(director, INN, ADA) == []
    with pytest.raises(PlayError, match="Mira Stone is not published here"):
        await director.library.unpublish(INN, KIM, "card", "Mira Stone")


async def test_only_the_owner_publishes_to_the_whole_machine(director: Director) -> None:
    await director.library.keep(KIM, [MIRA])
    await director.library.keep(OWNER, [MIRA])
    with pytest.raises(NotAllowed, match="owner"):
        await director.library.publish(HERE, KIM, "card", "Mira Stone")
    await director.library.publish(HERE, OWNER, "card", "Mira Stone")
    assert await names(director, OTHER, ADA) == ["Mira Stone"]


async def test_a_removed_card_is_gone_unless_somebody_has_it_or_a_story_knows_it(
    director: Director, database: Database
) -> None:
    tomas, both = card("Tomas"), card("Both")
    await director.library.keep(KIM, [MIRA, tomas, both])
    await director.library.keep(ADA, [both])
    await director.library.publish(INN, KIM, "card", "Mira Stone")
    await director.library.publish(INN, KIM, "card", "Both")
    await director.scenes.start(INN, MODERATOR, [tomas], at=AT)
    for name in ("Mira Stone", "Tomas", "Both"):
        await director.library.remove(INN, KIM, "card", name)
    assert await names(director, OTHER, KIM) == []
    assert await names(director, INN, ADA) == ["Both"]
    async with database.reading() as session:
        assert [entry.name for entry in await cards.entries(session)] == ["Tomas", "Both"]
    assert (await told(director, INN))[0][0] == "Tomas"
    [reply] = await say(director, "Tomas?", account=MODERATOR, place=INN)
    assert reply[0] == "Tomas"


async def test_a_card_of_the_bot_that_is_played_becomes_nobodys_own(director: Director) -> None:
    await director.scenes.start(INN, MODERATOR, await to_thread(find_cards, ["fennel"]), at=AT)
    assert [one.name for one in await director.library.cards(INN, MODERATOR)] == BUNDLED
