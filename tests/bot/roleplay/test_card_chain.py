"""A card's whole way: brought, stored, found, played, packed again; what it says stays as it was written."""

import base64
from contextlib import nullcontext, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import PlayError
from bot.roleplay.director import Director
from bot.roleplay.intake import Outcome
from characters import Container, digest_of, open_card
from tests.bot.roleplay.conftest import KIM, PLACE, open_scene
from tests.characters.pictures import png, text
from tests.characters.test_exporting import CONTAINERS, cards, members

pytestmark = pytest.mark.asyncio(loop_scope="module")


def packed(raw: str, *, is_picture: bool) -> bytes:
    return png(text(b"chara", base64.b64encode(raw.encode()))) if is_picture else raw.encode()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=cards(), is_picture=st.booleans(), container=st.sampled_from(CONTAINERS))
async def test_any_card_that_is_brought_and_played_is_given_back_field_by_field(
    director: Director, raw: str, is_picture: bool, container: Container
) -> None:
    library, data = director.library, packed(raw, is_picture=is_picture)
    for held in await library.held(PLACE, KIM, "card"):
        await library.remove(PLACE, KIM, "card", held.name)
    line = await library.take_card(PLACE, KIM, data, source="a card")
    assert line.outcome is Outcome.NEW, line.because
    found = await library.find_card(PLACE, KIM, line.name)
    assert found == open_card(data, source="a card")
    with suppress(PlayError) if found.card.nickname else nullcontext():  # under some nobody can speak
        scene = await open_scene(director, found)
        assert [member.character for member in scene.members] == [line.id]
    exported = await library.export_card(PLACE, KIM, line.name, container)
    again = open_card(exported, source="a card")
    moved = {"assets"} if "charx" in (found.container, container) else set[str]()
    was, now = members(found.card.raw), members(again.card.raw)
    assert {name: now[name] for name in was if name not in moved} == {
        name: value for name, value in was.items() if name not in moved
    }
    assert digest_of(again.card) == digest_of(found.card)
    if container == found.container == "json":
        assert exported == data
    assert (await library.take_card(PLACE, KIM, exported, source="again")).outcome is Outcome.KNOWN
