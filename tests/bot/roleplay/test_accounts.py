"""One person's accounts, joined by a code; and the codes of the door."""

from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.core import Access, Account, Place, Role
from bot.errors import NotAllowed, PlayError
from bot.roleplay.director import Director
from bot.store import servers
from bot.store.database import Database
from bot.store.forgetting import Belongings
from tests.bot.roleplay.conftest import KIM, PLACE, SILENT, card, open_scene, say, told

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE, THERE = Place("telegram:1"), Place("discord:9", server="discord:8")
ADA, ADA_TOO, BO = Account("telegram:1", "Ada"), Account("discord:1", "Ada D."), Account("telegram:2", "Bo")


@pytest_asyncio.fixture(loop_scope="module")
async def locked(database: Database, director: Director) -> Director:
    async with database.writing() as session:
        await servers.change(session, servers.MACHINE, access=None)
    return director


async def test_who_has_the_code_owns_the_machine_and_nobody_after(locked: Director) -> None:
    code = await locked.door.claim_code()
    assert code == await locked.door.claim_code()
    assert await locked.door.enter(BO, "guess") is None
    assert await locked.door.enter(ADA, code) is Access.OWNER
    assert await locked.door.enter(BO, code) is None
    assert await locked.door.claim_code() == ""
    assert await locked.door.is_owner(ADA)
    assert not await locked.door.is_owner(BO)


async def test_an_invitation_lets_one_person_in(locked: Director) -> None:
    with pytest.raises(NotAllowed):
        await locked.door.invitation(HERE, BO)
    owner = Account(ADA.id, ADA.name, Role.OWNER)
    code = await locked.door.invitation(HERE, owner)
    with pytest.raises(NotAllowed):
        await locked.door.admit(HERE, BO)
    assert await locked.door.enter(BO, code) is Access.INVITED
    await locked.door.admit(HERE, BO)
    assert await locked.door.enter(ADA_TOO, code) is None


async def test_what_somebody_has_is_theirs_on_both_platforms(director: Director) -> None:
    await director.library.keep(ADA, [SILENT])
    await director.personas.create(HERE, ADA, "Kit")
    code = await director.accounts.code(HERE, ADA)
    with pytest.raises(PlayError, match="not good"):
        await director.accounts.join(ADA_TOO, "guess")
    assert [one.name for one in await director.accounts.join(ADA_TOO, code)] == ["Ada D.", "Ada"]
    assert [one.name for one in await director.personas.list(THERE, ADA_TOO)] == ["Kit"]
    assert [one.name for one in await director.library.cards(THERE, ADA_TOO) if one.is_own] == ["Mira"]
    with pytest.raises(PlayError, match="not good"):
        await director.accounts.join(BO, code)


@pytest.mark.parametrize("is_unsaid", [False, True])
async def test_who_is_forgotten_has_nothing_left_and_begins_anew(
    director: Director, database: Database, is_unsaid: bool
) -> None:
    await open_scene(director, SILENT)
    ada = replace(KIM, id="terminal:9", name="Ada", role=Role.PLAYER)
    await director.library.keep(ada, [card("Tomas"), SILENT])
    await director.library.keep(KIM, [SILENT])
    await director.personas.create(PLACE, ada, "Kit", description="A sailor from Riga.", brackets="k: text")
    await say(director, "k: We sail at dawn.", account=ada)
    await say(director, "Do we?")
    assert await director.accounts.belongings(ada) == Belongings(1, 2, 0, 0, 0, 1)

    await director.accounts.forget(ada, is_unsaid=is_unsaid)
    assert await director.accounts.belongings(ada) == Belongings(0, 0, 0, 0, 0, 0)
    lines = [said for _, said in await told(director)]
    assert lines == ["Mira waves at Kim.", "" if is_unsaid else "We sail at dawn.", "Do we?"]
    assert [one.name for one in await director.library.cards(PLACE, KIM) if one.is_own] == ["Mira"]
    assert (await director.memory.search(PLACE, "dawn") == ()) is is_unsaid
    everything = b"".join(repr(row).encode() for row in await dumped(database))
    assert b"Riga" not in everything
    assert b"Tomas" not in everything
    assert b"terminal:9" not in everything
    assert (b"We sail at dawn" in everything) is not is_unsaid

    await say(director, "k: Hello again.", account=ada)
    assert (await told(director))[-1] == ("Ada 2", "k: Hello again.")  # another than who was here


async def test_the_prompts_of_who_is_forgotten_are_forgotten_too(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.personas.create(PLACE, ADA, "Kit", description="A sailor from Riga.", brackets="k: text")
    await say(director, "k: We sail at dawn.", account=ADA)
    reply = (await director.story(PLACE))[-1]
    assert "dawn" in await director.why.prompt(PLACE, reply)
    await director.accounts.forget(ADA, is_unsaid=False)
    with pytest.raises(PlayError, match="not kept any more"):
        await director.why.prompt(PLACE, reply)


async def test_whoever_owns_the_machine_deletes_the_data_folder_instead(director: Director) -> None:
    owner = replace(KIM, role=Role.OWNER)
    await director.personas.create(PLACE, owner, "Kit")
    with pytest.raises(PlayError, match="data folder"):
        await director.accounts.forget(owner, is_unsaid=True)
    assert [one.name for one in await director.personas.list(PLACE, owner)] == ["Kit"]


async def dumped(database: Database) -> list[object]:
    """Read every row of every table, search indexes included."""
    async with database.reading() as session:
        names = await session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        return [row for name in names.all() for row in await session.execute(text(f"SELECT * FROM {name}"))]
