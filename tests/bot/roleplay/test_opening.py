"""How a scene opens: names that differ, a head that is expanded once, a greeting."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.errors import PlayError
from bot.roleplay.opening import Opening, Wishes, opening
from characters import Card

NOW = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)


def card(name: str, **fields: object) -> Card:
    return Card(name=name, spec="v2", raw="{}", **fields)  # type: ignore[arg-type]


def opened(*cards: Card, user: str = "Kim", seed: int = 0, **wishes: str) -> Opening:
    known = list(enumerate(cards, start=1))
    return opening(known, user=user, rng=Random(seed), now=NOW, wishes=Wishes(**wishes))


def test_a_scene_with_everything() -> None:
    mira = card(
        "Mira Stone",
        nickname="Mira",
        description="A pilot. {{user}} owes {{char}} a lamp.",
        personality="quiet",
        scenario="A ferry at {{time}}.",
        first_mes="*{{char}} looks at <USER>.*",
        mes_example="<START>\n{{user}}: Hi.\n{{char}}: Hm.",
        system_prompt="Mind the tide.",
        post_history_instructions="Be brief.",
        talkativeness=0.8,
        creator_notes="Play her slowly.",
        alternate_greetings=("Again?",),
    )
    tomas = card("Tomás", description="A cook.", personality=" ", scenario="A kitchen.", first_mes="Soup?")
    scene = opened(mira, tomas)
    assert scene.title == "Mira, Tomás"
    assert scene.scenario == "A ferry at 21:30.\nA kitchen."
    assert scene.greeting == "*Mira looks at Kim.*"
    first, second = scene.members
    assert (first.character, first.name, first.talkativeness, first.muted, first.after) == (1, "Mira", 0.8, False, None)
    assert first.block == ("Mira: A pilot. Kim owes Mira a lamp.\nMira's personality: quiet\nMind the tide.\nBe brief.")
    assert first.examples == "<START>\nKim: Hi.\nMira: Hm."
    assert (second.character, second.name, second.talkativeness, second.block) == (2, "Tomás", 0.5, "Tomás: A cook.")


def test_a_scene_with_next_to_nothing() -> None:
    scene = opened(card("Mira"))
    assert (scene.scenario, scene.greeting) == ("", "")
    assert scene.members[0].block == "Mira:"
    assert scene.members[0].examples == ""


def test_a_scenario_that_two_share_is_told_once() -> None:
    shared = "An inn.", "An inn. ", "", "An inn of {{char}}."
    assert opened(*(card(name, scenario=text) for name, text in zip("ABCD", shared, strict=True))).scenario == (
        "An inn.\nAn inn of D."
    )


def test_a_scene_needs_somebody() -> None:
    with pytest.raises(PlayError, match="at least one character"):
        opened()


@pytest.mark.parametrize(
    ("cards", "user"),
    [
        ([card("Mira"), card("Mira")], "Kim"),
        ([card("Mira"), card("MIRA")], "Kim"),
        ([card("Mira"), card("Mira Stone", nickname="mira")], "Kim"),
        ([card("Straße"), card("STRASSE")], "Kim"),
        ([card("Kim")], "Kim"),
        ([card("Mira"), card("kim")], "Kim"),
        ([card("Narrator")], "Kim"),
        ([card("Mira"), card("narrator")], "Kim"),
    ],
)
def test_two_of_one_name_are_refused(cards: list[Card], user: str) -> None:
    with pytest.raises(PlayError, match="everybody needs a name of their own"):
        opened(*cards, user=user)


def test_a_nickname_makes_two_of_one_name_different() -> None:
    assert opened(card("Mira"), card("Mira", nickname="Other Mira")).title == "Mira, Other Mira"


@pytest.mark.parametrize(
    ("group", "company", "greeting"),
    [
        (("Hello, all.", "Evening."), True, "Hello, all."),
        (("Hello, all.",), False, "Hello."),
        ((), True, "Hello."),
        (("", " \n", "Hello, all."), True, "Hello, all."),
        (("", " \n"), True, "Hello."),
    ],
)
def test_a_group_is_greeted_as_one(group: tuple[str, ...], company: bool, greeting: str) -> None:
    first = card("Mira", first_mes="Hello.", group_only_greetings=group)
    others = [card("Tomás", first_mes="Soup?", group_only_greetings=("Soups?",))] if company else []
    assert opened(first, *others).greeting == greeting


def test_without_a_first_message_the_next_greeting_is_said() -> None:
    assert opened(card("Mira", first_mes=" ", alternate_greetings=("", "Again?"))).greeting == "Again?"


def test_the_first_card_alone_greets() -> None:
    assert opened(card("Mira"), card("Tomás", first_mes="Soup?")).greeting == ""


def test_all_greetings_are_kept_once_in_the_order_of_the_card() -> None:
    mira = card("Mira", first_mes="Hello.", alternate_greetings=("Again?", " ", "Hello.", "{{char}}!", "{{// no}}"))
    assert (opened(mira).greetings, opened(mira).greeting) == (("Hello.", "Again?", "Mira!"), "Hello.")
    assert opened(mira, greeting="3").greeting == "Mira!"
    assert opened(mira, greeting="Who is {{user}}?").greetings == ("Who is Kim?", "Hello.", "Again?", "Mira!")
    assert opened(mira, greeting="{{// no}}").greetings == ("Hello.", "Again?", "Mira!")
    assert opened(mira, greeting="0").greetings == ()


@pytest.mark.parametrize("wanted", ["4", "00", "9" * 5000])
def test_a_greeting_that_there_is_not_is_refused(wanted: str) -> None:
    with pytest.raises(PlayError, match=r"Mira has no greeting number .*: there are 1, and 0 is for none"):
        opened(card("Mira", first_mes="Hello."), greeting=wanted)


def test_what_is_wished_for_takes_the_cards_place() -> None:
    mira, tomas = card("Mira", scenario="An inn."), card("Tomás", scenario="A kitchen.")
    scene = opened(mira, tomas, scenario="{{char}} and {{group}}.", title="Rain")
    assert (scene.scenario, scene.title) == ("Mira and Mira, Tomás.", "Rain")


def test_a_card_knows_its_company() -> None:
    mira, tomas = opened(card("Mira", description="{{notChar}}"), card("Tomás", description="{{group}}")).members
    assert (mira.block, tomas.block) == ("Mira: Tomás, Kim", "Tomás: Mira, Tomás")


def test_macros_are_expanded_once() -> None:
    tricky = card("{{user}}", description="{{user}} and {{char}}", first_mes="{{char}} nods.")
    scene = opened(tricky, user="{{random::a::b}}")
    assert scene.members[0].block == "{{user}}: {{random::a::b}} and {{user}}"
    assert scene.greeting == "{{user}} nods."


def test_what_a_card_sets_its_later_texts_and_the_greeting_know() -> None:
    mira = card("Mira", description="{{setvar::mood::wary}}{{getvar::mood}}", first_mes="*{{getvar::mood}}*")
    scene = opened(mira, card("Tomás", description="{{getvar::mood}}"))
    assert [member.block for member in scene.members] == ["Mira: wary", "Tomás: wary"]
    assert scene.greeting == "*wary*"
    assert opened(card("Ann", description="{{getvar::mood}}")).members[0].block == "Ann:"


def test_at_the_opening_nothing_has_been_said() -> None:
    scene = opened(card("Mira", description="[{{lastMessage}}] {{idleDuration}}"))
    assert scene.members[0].block == "Mira: [] just now"


def test_what_is_picked_differs_from_scene_to_scene() -> None:
    mira = card("Mira", description="{{pick:a,b,c,d,e,f,g,h}}")
    days = [NOW + timedelta(days=day) for day in range(20)]
    picked = [opening([(1, mira)], user="Kim", rng=Random(1), now=day).members[0].block for day in days]
    again = [opening([(1, mira)], user="Kim", rng=Random(2), now=day).members[0].block for day in days]
    assert picked == again
    assert len(set(picked)) > 2


def test_the_names_of_players_are_no_macros() -> None:
    assert opened(card("Mira", first_mes="Hi, {{user}}."), user="{{char}}").greeting == "Hi, {{char}}."


def test_original_stands_for_nothing_as_there_is_no_system_text_of_ours() -> None:
    scene = opened(card("Mira", system_prompt="{{original}}\nBe kind.", post_history_instructions="{{original}}"))
    assert scene.members[0].block == "Mira:\nBe kind."


def test_the_same_seed_opens_the_same_scene() -> None:
    mira = card("Mira", first_mes="{{random:a,b,c,d,e,f,g,h}}", description="{{roll:d1000}}")
    assert opened(mira, seed=3) == opened(mira, seed=3)
    assert len({opened(mira, seed=seed).greeting for seed in range(20)}) > 2
