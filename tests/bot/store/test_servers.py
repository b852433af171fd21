from bot.core import Access, Place
from bot.store import scenes, servers
from bot.store.database import Database

ROOM, OTHER = Place("discord:1", server="discord:inn"), Place("discord:2", server="discord:inn")


async def test_a_server_keeps_each_setting_by_itself(database: Database) -> None:
    async with database.writing() as session:
        assert await servers.settings(session, "discord:inn") == {}
        await servers.change(session, "discord:inn", access="open", language="ru")
        await servers.change(session, "discord:inn", access="invited", filter="x")
        await servers.change(session, "discord:inn", language=None)
        await scenes.keep_place(session, ROOM)
        assert await servers.settings(session, "discord:inn") == {"access": "invited", "filter": "x"}


async def test_access_is_the_servers_own_or_else_the_machines(database: Database) -> None:
    async with database.writing() as session:
        assert await servers.access(session, "discord:inn") is Access.OWNER
        await servers.change(session, servers.MACHINE, access=Access.INVITED)
        assert await servers.access(session, "discord:inn") is Access.INVITED
        await servers.change(session, "discord:inn", access=Access.OPEN)
        assert await servers.access(session, "discord:inn") is Access.OPEN
        assert await servers.access(session, servers.MACHINE) is Access.INVITED


async def test_players_open_scenes_at_single_places(database: Database) -> None:
    async with database.writing() as session:
        for _ in range(2):
            await servers.let_players_open(session, ROOM, are_allowed=True)
        assert [await servers.players_open(session, place) for place in (ROOM, OTHER)] == [True, False]
        await servers.let_players_open(session, OTHER, are_allowed=True)
        await servers.let_players_open(session, ROOM, are_allowed=False)
        assert [await servers.players_open(session, place) for place in (ROOM, OTHER)] == [False, True]
        assert await servers.players_open(session, Place("terminal:main"))
