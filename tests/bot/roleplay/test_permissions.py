"""One table of who may do what, read as a table."""

import pytest

from bot.core import Access, Role
from bot.errors import NotAllowed
from bot.roleplay.permissions import FOR_ALL, RULES, Action, Standing, admits, check

OWNER, MODERATOR, SPECTATOR = Standing(Role.OWNER), Standing(Role.MODERATOR), Standing(Role.SPECTATOR)
PLAYER = Standing(Role.PLAYER)
WELCOME = Standing(Role.PLAYER, may_open=True)
PARTICIPANT = Standing(Role.PLAYER, is_participant=True)
OPENER = Standing(Role.PLAYER, is_opener=True)
AUTHOR = Standing(Role.PLAYER, is_author=True)


def allowed(action: Action, standing: Standing) -> bool:
    try:
        check(action, standing)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize(
    ("action", "those"),
    [
        (Action.LOOK, {SPECTATOR, PLAYER, WELCOME, PARTICIPANT, OPENER, AUTHOR, MODERATOR, OWNER}),
        (Action.PAUSE, {SPECTATOR, PLAYER, WELCOME, PARTICIPANT, OPENER, AUTHOR, MODERATOR, OWNER}),
        (Action.SPEAK, {PLAYER, WELCOME, PARTICIPANT, OPENER, AUTHOR, MODERATOR, OWNER}),
        (Action.OPEN, {WELCOME, MODERATOR, OWNER}),
        (Action.RETRY, {PARTICIPANT, OPENER, MODERATOR, OWNER}),
        (Action.SWIPE, {PARTICIPANT, OPENER, MODERATOR, OWNER}),
        (Action.EDIT, {AUTHOR, OPENER, MODERATOR, OWNER}),
        (Action.DELETE, {AUTHOR, OPENER, MODERATOR, OWNER}),
        (Action.UNDO, {AUTHOR, OPENER, MODERATOR, OWNER}),
        (Action.CAST, {OPENER, MODERATOR, OWNER}),
        (Action.SERVER, {MODERATOR, OWNER}),
        (Action.MACHINE, {OWNER}),
    ],
)
def test_who_may(action: Action, those: set[Standing]) -> None:
    everybody = (SPECTATOR, PLAYER, WELCOME, PARTICIPANT, OPENER, AUTHOR, MODERATOR, OWNER)
    assert {standing for standing in everybody if allowed(action, standing)} == those


def test_every_action_has_its_row() -> None:
    assert set(RULES) | FOR_ALL == set(Action)
    assert not set(RULES) & FOR_ALL


@pytest.mark.parametrize("action", Action)
def test_who_looks_on_may_only_look_whatever_they_were_before(action: Action) -> None:
    former = Standing(Role.SPECTATOR, may_open=True, is_participant=True, is_opener=True, is_author=True)
    assert allowed(action, former) == (action in FOR_ALL)


@pytest.mark.parametrize("action", Action)
def test_who_is_not_let_in_may_nothing(action: Action) -> None:
    with pytest.raises(NotAllowed, match="not open to you yet"):
        check(action, Standing(Role.MODERATOR, is_admitted=False, is_opener=True))


def test_a_refusal_says_whose_it_is() -> None:
    with pytest.raises(NotAllowed, match="whoever wrote it, whoever opened the scene, and moderators"):
        check(Action.EDIT, PARTICIPANT)
    with pytest.raises(NotAllowed, match="look on"):
        check(Action.SPEAK, SPECTATOR)


@pytest.mark.parametrize(
    ("access", "role", "is_invited", "expected"),
    [
        (Access.OWNER, Role.OWNER, False, True),
        (Access.OWNER, Role.MODERATOR, True, False),
        (Access.INVITED, Role.PLAYER, True, True),
        (Access.INVITED, Role.MODERATOR, False, False),
        (Access.INVITED, Role.OWNER, False, True),
        (Access.OPEN, Role.SPECTATOR, False, True),
    ],
)
def test_who_is_let_in(access: Access, role: Role, is_invited: bool, expected: bool) -> None:
    assert admits(access, role=role, is_invited=is_invited) == expected
