"""One person's accounts, joined by a code; and the codes of the door."""

import pytest
import pytest_asyncio

from bot.core import Access, Account, Place, Role
from bot.errors import NotAllowed, PlayError
from bot.roleplay.director import Director
from bot.store import servers
from bot.store.database import Database
from tests.bot.roleplay.conftest import SILENT

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
