"""Lorebooks in a scene, with a real database and a real worker: attached, told in the tail and the head, remembered."""

import pytest

from bot.core import Account, Role, Scene
from bot.errors import Missing, PlayError
from bot.roleplay.director import Director
from bot.roleplay.lore import Shelved
from bot.store import reasons
from bot.store.database import Database
from characters import CardError, CardFile
from tests.bot.roleplay.conftest import ADA, KIM, PLACE, listen, open_scene, say, shown
from tests.bot.roleplay.conftest import line as incoming
from tests.bot.roleplay.lorebooks import book, card, entry, finish

pytestmark = pytest.mark.asyncio(loop_scope="module")

DRAGONS = entry("Dragons sleep in winter.", "dragon")
BELLS = entry("The bell tolls for thieves.", "bell")
STICKY = entry("The storm goes on.", "storm", extensions={"sticky": 3})


async def told(director: Director, text: str) -> str:
    """Say a line and return what stood in the tail of the answer's prompt."""
    async with director.hear(incoming(text)) as performance:
        [reply] = [await finish(reply) async for reply in performance]
    return "".join(segment.text for segment in reply.prompt.tail)


async def attach(director: Director, *entries: dict[str, object], name: str = "North") -> Shelved:
    return await director.lore.attach(PLACE, KIM, book(*entries, name=name), source=f"{name}.json")


async def test_an_attached_lorebook_is_told_where_its_key_is_said(director: Director) -> None:
    await open_scene(director, card("Mira"))
    assert await attach(director, DRAGONS, BELLS) == Shelved("North", 2)
    assert "Dragons sleep in winter." in await told(director, "A dragon!")
    assert "Dragons" not in await told(director, "Fine.") + await told(director, "Well.")
    tail = await told(director, "The dragon rings the bell.")
    assert tail.index("Dragons sleep") < tail.index("The bell tolls")


async def test_lore_stands_behind_the_story_and_leaves_no_trace_in_it(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await attach(director, DRAGONS)
    await told(director, "A dragon!")
    async with director.hear(incoming("And then?")) as performance:
        async for reply in performance:
            assert "Dragons sleep" not in "".join(segment.text for segment in reply.prompt.story)
            await finish(reply)


async def test_a_cards_own_lorebook_counts_as_long_as_it_is_present(director: Director) -> None:
    await open_scene(director, card("Mira", entry("{{char}} fears {{user}}.", "fear")), card("Tomas"))
    assert "Mira fears Kim." in await told(director, "Tomas, who is in fear?")
    assert await director.lore.listed(PLACE) == (Shelved("Mira", 1),)


async def test_constant_lore_stands_in_the_head_once(director: Director) -> None:
    constant = entry("It always rains on {{char}}.", constant=True)
    chance = entry("A coin shows {{random:heads,tails}}.", constant=True)
    scene = await open_scene(director, card("Mira", constant, chance, DRAGONS))
    assert scene.lore == "It always rains on Mira."
    async with director.hear(incoming("A dragon!")) as performance:
        async for reply in performance:
            head = "".join(segment.text for segment in reply.prompt.story)
            tail = "".join(segment.text for segment in reply.prompt.tail)
            assert "It always rains on Mira." in head
            assert "rains" not in tail
            assert "A coin shows" in tail
            assert "Dragons sleep in winter." in tail
            assert shown(reply.prompt).count("It always rains") == 1


@pytest.mark.parametrize(
    "asks",
    [
        {"extensions": {"probability": 50, "useProbability": True}},
        {"extensions": {"delay": 3}},
        {"extensions": {"group": "weather"}},
        {"extensions": {"character_filter": {"names": ["Tomas"]}}},
        {"content": "@@activate_only_after 3\nIt rains."},
        {"enabled": False},
    ],
)
async def test_what_depends_on_something_is_not_frozen(director: Director, asks: dict[str, object]) -> None:
    scene = await open_scene(director, card("Mira", entry("It rains.", constant=True) | asks))
    assert scene.lore == ""


async def test_sticky_lore_stays_and_goes_back_with_the_story(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await attach(director, STICKY)
    assert "The storm goes on." in await told(director, "A storm!")
    assert "The storm goes on." in await told(director, "Inside, quickly.")
    await director.turns.undo(PLACE, KIM, count=4)
    assert "The storm goes on." not in await told(director, "Inside, quickly.")


async def test_a_retry_does_not_count_as_having_come_in_before(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await attach(director, entry("A door opens.", "door", extensions={"cooldown": 5}))
    assert "A door opens." in await told(director, "A door?")
    async with director.retry(PLACE, KIM) as performance:
        async for reply in performance:
            assert "A door opens." in shown(reply.prompt)
            await finish(reply)
    assert "A door opens." not in await told(director, "The door again.")


async def test_an_endless_expression_lets_the_reply_go_on_and_is_named(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"))
    await attach(director, entry("Never.", "/(x+x+)+y$/"), DRAGONS)
    await say(director, f"A dragon: {'x' * 300}!")
    scene = await director.scene(PLACE)
    assert scene
    async with database.reading() as session:
        kept = await reasons.of(session, scene.turns[-1].id)
    assert kept
    assert kept.fields["slow_keys"] == ["/(x+x+)+y$/"]
    assert [one["entry"] for one in kept.fields["lore"]] == ["dragon"]


async def test_what_matters_less_is_left_out_where_there_is_no_room(director: Director) -> None:
    await open_scene(director, card("Mira"))
    long = "Dragons sleep. " * 40
    await attach(director, entry(long, "dragon", priority=1), entry("Bells toll.", "dragon", priority=9), name="Long")
    tail = await told(director, "A dragon!")
    assert "Bells toll." in tail
    assert "Dragons sleep" in tail
    await attach(director, entry("Owls watch. " * 60, "dragon", priority=5))
    tail = await told(director, "A dragon!")
    assert "Owls watch." in tail
    assert "Dragons sleep" not in tail


async def test_a_lorebook_can_be_detached_and_another_of_its_name_attached(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await attach(director, DRAGONS)
    with pytest.raises(PlayError, match="A lorebook north is attached already: detach that one first"):
        await attach(director, BELLS, name="north")
    assert await director.lore.detach(PLACE, ADA, "north") == "North"
    assert await director.lore.listed(PLACE) == ()
    assert "Dragons" not in await told(director, "A dragon!")
    with pytest.raises(Missing, match="There is no lorebook North"):
        await director.lore.detach(PLACE, ADA, "North")
    await attach(director, BELLS)
    assert "The bell tolls" in await told(director, "A bell!")


async def test_entries_are_added_by_hand(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await told(director, "Hello.")
    assert await director.lore.add(PLACE, KIM, ["dragon", " drake "], " Dragons {sleep}. ") == Shelved("Mira", 1)
    assert "Dragons {sleep}." in await told(director, "A drake!")
    assert await director.lore.add(PLACE, ADA, ["/bells?/i"], "Bells toll.") == Shelved("Mira", 2)
    assert "Bells toll." in await told(director, "BELLS!")
    assert await director.lore.listed(PLACE) == (Shelved("Mira", 2),)


@pytest.mark.parametrize(
    ("keys", "content", "problem"),
    [
        ([], "Dragons.", "A piece of lore needs at least one key, and a text."),
        ([" "], "Dragons.", "A piece of lore needs at least one key, and a text."),
        (["dragon"], " ", "A piece of lore needs at least one key, and a text."),
        (["/(/"], "Dragons.", "no valid regular expression"),
    ],
)
async def test_what_could_never_be_told_is_not_added(
    director: Director, keys: list[str], content: str, problem: str
) -> None:
    await open_scene(director, card("Mira"))
    with pytest.raises(PlayError, match=problem):
        await director.lore.add(PLACE, KIM, keys, content)
    assert await director.lore.listed(PLACE) == ()


async def test_what_is_no_lorebook_is_refused_and_nothing_is_left(director: Director) -> None:
    await open_scene(director, card("Mira"))
    with pytest.raises(CardError, match="cannot be read: it is not valid JSON"):
        await director.lore.attach(PLACE, KIM, b"{", source="x.json")
    assert await director.lore.listed(PLACE) == ()


async def test_a_card_with_a_broken_lorebook_plays_on(director: Director) -> None:
    scene = await open_scene(director, card("Mira", character_book={"entries": 7}))
    assert isinstance(scene, Scene)
    async with director.hear(incoming("Hello.")) as performance:
        assert await listen(performance)
    [broken] = await director.lore.listed(PLACE)
    assert "cannot be read" in str(broken.problems[0])


async def test_of_an_entry_that_is_too_long_for_a_reply_the_first_sentences_are_told(director: Director) -> None:
    await open_scene(director, card("Mira"))
    chapters = " ".join(f"Chapter {number} tells of the long war of the bridges." for number in range(40))
    shelved = await attach(director, entry(chapters, "war"), DRAGONS)
    assert shelved.too_long == 1
    tail = await told(director, "Tell of the war!")
    assert tail.rstrip().endswith("of the long war of the bridges.")
    assert "Chapter 0 tells" in tail
    assert "Chapter 39 tells" not in tail
    [sentence] = [str(one) for one in (await director.why.lore(PLACE)).sentences if "beginning" in str(one)]
    assert "only its beginning was told" in sentence


def naming(name: str, world: str) -> CardFile:
    return card(name, extensions={"world": world})


async def test_a_lorebook_that_a_card_names_counts_where_one_has_it_or_it_is_published(director: Director) -> None:
    owner = Account("terminal:owner", "Olga", Role.OWNER)
    await director.library.take_book(PLACE, owner, book(DRAGONS), source="North.json")
    await open_scene(director, naming("Mira", "North"))
    assert await director.lore.listed(PLACE) == ()
    assert await director.lore.lacking(PLACE, [naming("Mira", "North")]) == (("Mira", "North"),)
    await director.library.publish(PLACE, owner, "book", "North")
    cards = naming("Mira", "north"), naming("Tomas", "North")
    await open_scene(director, *cards)
    assert await director.lore.listed(PLACE) == (Shelved("North", 1),)
    assert await director.lore.lacking(PLACE, cards) == ()
    assert "Dragons sleep" in await told(director, "Mira, a dragon!")


async def test_a_lorebook_is_known_by_its_file_too_as_sillytavern_does(director: Director) -> None:
    await director.library.take_book(PLACE, KIM, book(DRAGONS, name="Of dragons"), source="The North.json")
    await open_scene(director, naming("Mira", "The North"))
    assert await director.lore.listed(PLACE) == (Shelved("Of dragons", 1),)
    assert await director.lore.lacking(PLACE, [naming("Mira", "The North")]) == ()


async def test_whoever_comes_later_brings_the_lorebook_that_its_card_names(director: Director) -> None:
    await director.library.take_book(PLACE, KIM, book(DRAGONS), source="North.json")
    await open_scene(director, card("Mira"))
    for name in ("Tomas", "Ida"):
        await director.cast.add(PLACE, KIM, naming(name, "North"))
    assert await director.lore.listed(PLACE) == (Shelved("North", 1),)


async def test_a_lorebook_that_is_attached_twice_is_kept_once(director: Director) -> None:
    for name in ("Mira", "Tomas"):
        await open_scene(director, card(name))
        await attach(director, DRAGONS)
        assert await director.lore.listed(PLACE) == (Shelved("North", 1),)
    assert [held.name for held in await director.library.held(PLACE, KIM, "book")] == ["North"]
