"""Words of every script, and that they are found: by what a turn says now, whatever is typed."""

import pytest

from bot.store import scenes, search, tree, turns
from bot.store.database import Database
from bot.store.search import Index, words
from tests.bot.store.play import AT, begin_reply, open_scene, say, tell


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The lamps' light, Mira's ladies don't", "the lamp light mira lady don t"),
        ("Глаза Миры, маяка и маяком", "глаз мир маяк и маяк"),
        ("Ёлка", "елк"),
        ("naïve Café Straße", "naive cafe strasse"),
        ("下雨了", "下雨 雨了"),
        ("雨", "雨"),
        ("カミラabc漢字", "カミ ミラ abc 漢字"),
        ("ＡＢＣ ﾐﾗ", "abc ミラ"),
        ("สวัสดี", "สว วส สด"),
        ("마을에서", "마을 을에 에서"),
        ("glass bus is glasses boxes names", "glass bus is glass box name"),
        ("2d6+1 … 🙂 \x00\ue0001", "2d6 1 1"),
        ("", ""),
    ],
)
def test_words(text: str, found: str) -> None:
    assert words(text) == found.split()


async def found(database: Database, scene: int, text: str, *, before: int | None = None) -> tuple[int, ...]:
    async with database.reading() as session:
        return await search.find(session, Index.TURNS, [scene], words(text), most=10, before=before)


async def test_a_turn_is_found_by_what_it_says_now(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        first, second = await tell(session, scene, "The lighthouse is dark.", "Rain falls.")
        reply = await begin_reply(session, scene, second)
        await turns.close(session, reply.id, text="The lamps are wet.", state=reply.state.DONE)
    assert await found(database, scene, "a dark lighthouse") == (first,)
    assert await found(database, scene, "lamp") == (reply.id,)
    async with database.writing() as session:
        await turns.revise(session, first, "The harbour is dark.", person=None, at=AT)
        await turns.revise(session, second, "", person=None, at=AT)
    assert await found(database, scene, "lighthouse") == ()
    assert await found(database, scene, "harbour") == (first,)
    assert await found(database, scene, "rain") == ()


@pytest.mark.parametrize(
    ("text", "query", "is_found"),
    [
        ("昨日は灯台で雨に降られた。", "灯台", True),
        ("昨日は灯台で雨に降られた。", "雨", True),
        ("昨日は灯台で雨に降られた。", "台灯", False),
        ("我们昨天去了灯塔。", "灯塔在哪里", True),
        ("ประภาคารมืด", "ประภาคาร", True),
        ("마을에서 만나자", "마을", True),
        ("Мы шли к маяку", "маяк", True),
        ("Le café est fermé", "CAFE", True),
        ("हिन्दी में", "हिन्दी", True),
    ],
)
async def test_every_script_is_found(database: Database, text: str, query: str, is_found: bool) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        await tell(session, scene, text)
    assert bool(await found(database, scene, query)) is is_found


async def test_the_rarer_word_and_the_shorter_text_come_first(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        ids = await tell(session, scene, "rain " * 3, "rain and hail", "rain rain sun moon wind", "a hail " + "x " * 40)
    assert (await found(database, scene, "hail rain"))[0] == ids[1]
    assert (await found(database, scene, "hail"))[:2] == (ids[1], ids[3])


async def test_only_the_path_before_a_turn_and_the_own_scene_are_searched(database: Database) -> None:
    async with database.writing() as session:
        scene, other = await open_scene(session), await open_scene(session)
        first, second = await tell(session, scene, "rain", "rain")
        beside = (await say(session, scene, "rain", first)).id
        await tell(session, other, "rain")
    assert set(await found(database, scene, "rain")) == {first, second, beside}
    assert set(await found(database, scene, "rain", before=beside)) == {first, second}
    async with database.reading() as session:
        way = tree.climb(beside)
        assert set(await search.find(session, Index.TURNS, [scene], ["rain"], most=10, among=way)) == {first, beside}


@pytest.mark.parametrize(
    "text", ['"', "rain* OR", "NEAR(rain dark)", "text:rain", "^rain -dark", "(rain", "'; DROP TABLE turns; --", "\x00"]
)
async def test_nothing_that_is_typed_is_syntax(database: Database, text: str) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        ids = await tell(session, scene, text + " rain")
    assert await found(database, scene, text + " rain") == tuple(ids)
    async with database.reading() as session:
        assert await search.find(session, Index.TURNS, [scene], [text], most=3) in ((), tuple(ids))
        assert len(await scenes.story(session, scene)) == 1


async def test_texts_are_counted_by_their_words(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        await tell(session, await open_scene(session), "rain")
        last = (await tell(session, scene, "rain", "rain and hail", "sun", "hail"))[-1]
    async with database.reading() as session:
        counts = await search.counts(session, Index.TURNS, [scene], ["rain", "hail", "snow"], before=last)
        assert counts == search.Counts(3, {"rain": 2, "hail": 1})
        assert await search.counts(session, Index.TURNS, [], ["rain"]) == search.Counts(0, {})
        assert (await search.counts(session, Index.TURNS, [scene], [])).texts == 4
