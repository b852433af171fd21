"""Who may do what: one table. A platform says only who somebody is. Pure."""

from dataclasses import dataclass
from enum import Enum, auto

from bot.core import Access, Account, Role, Scene, Turn
from bot.errors import NotAllowed
from bot.words import Sentence, sentence


class Action(Enum):
    """What somebody may want to do. `CALL` lets somebody speak next, `KEEP` is about what is one's own."""

    LOOK = auto()
    PAUSE = auto()
    SPEAK = auto()
    SUGGEST = auto()
    STOP = auto()
    KEEP = auto()
    PUBLISH = auto()
    OPEN = auto()
    RETRY = auto()
    SWIPE = auto()
    CONTINUE = auto()
    NARRATE = auto()
    CALL = auto()
    SPEAK_AS = auto()
    NOTE = auto()
    MEMORY = auto()
    STATE = auto()
    BRANCH = auto()
    EXPORT = auto()
    EDIT = auto()
    DELETE = auto()
    UNDO = auto()
    RESTORE = auto()
    JUMP = auto()
    CAST = auto()
    LORE = auto()
    KNOWLEDGE = auto()
    SETTINGS = auto()
    RESET = auto()
    END = auto()
    RESUME = auto()
    SERVER = auto()
    MACHINE = auto()


class Who(Enum):
    """Why somebody may: what they are at the place, in the scene, or to a line of it."""

    PLAYER = auto()
    WELCOME = auto()
    PARTICIPANT = auto()
    OPENER = auto()
    AUTHOR = auto()
    MODERATOR = auto()
    OWNER = auto()


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is where they want to do something.

    `may_open` says that players open scenes there; a participant has come into the scene; the author wrote the line.
    """

    role: Role
    is_admitted: bool = True
    may_open: bool = False
    is_participant: bool = False
    is_opener: bool = False
    is_author: bool = False

    @property
    def kinds(self) -> frozenset[Who]:
        """All that they are. Who only looks on is nothing."""
        facts = {
            Who.PLAYER: True,
            Who.WELCOME: self.may_open,
            Who.PARTICIPANT: self.is_participant or self.is_opener,
            Who.OPENER: self.is_opener,
            Who.AUTHOR: self.is_author,
            Who.MODERATOR: self.role >= Role.MODERATOR,
            Who.OWNER: self.role >= Role.OWNER,
        }
        return frozenset(who for who, is_so in facts.items() if is_so and self.role >= Role.PLAYER)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Who may, and what the others are told."""

    who: frozenset[Who]
    refusal: Sentence


NOT_ADMITTED = sentence("This bot is not open to you yet: ask whoever runs it for an invitation.")
LOOKS_ON = sentence("You can only look on here: ask a moderator to let you play.")

PLAYERS = _Rule(frozenset({Who.PLAYER}), LOOKS_ON)
STARTERS = _Rule(
    frozenset({Who.WELCOME, Who.MODERATOR}), sentence("Scenes are opened by moderators here: ask one of them.")
)
PARTICIPANTS = _Rule(
    frozenset({Who.PARTICIPANT, Who.MODERATOR}),
    sentence("That is up to those who play in this scene: say something in it first."),
)
AUTHORS = _Rule(
    frozenset({Who.AUTHOR, Who.OPENER, Who.MODERATOR}),
    sentence("That is up to whoever wrote it, whoever opened the scene, and moderators."),
)
OPENERS = _Rule(
    frozenset({Who.OPENER, Who.MODERATOR}), sentence("That is up to whoever opened the scene, and to moderators.")
)
MODERATORS = _Rule(frozenset({Who.MODERATOR}), sentence("That is up to the moderators of this place."))
OWNERS = _Rule(frozenset({Who.OWNER}), sentence("That is up to the owner of this bot."))

FOR_ALL = frozenset({Action.LOOK, Action.PAUSE})
"""What those may who only look on."""

RULES = {
    Action.SPEAK: PLAYERS,
    Action.SUGGEST: PLAYERS,
    Action.STOP: PLAYERS,
    Action.KEEP: PLAYERS,
    Action.PUBLISH: PLAYERS,
    Action.OPEN: STARTERS,
    Action.RETRY: PARTICIPANTS,
    Action.SWIPE: PARTICIPANTS,
    Action.CONTINUE: PARTICIPANTS,
    Action.NARRATE: PARTICIPANTS,
    Action.CALL: PARTICIPANTS,
    Action.SPEAK_AS: PARTICIPANTS,
    Action.NOTE: PARTICIPANTS,
    Action.MEMORY: PARTICIPANTS,
    Action.STATE: PARTICIPANTS,
    Action.BRANCH: PARTICIPANTS,
    Action.EXPORT: PARTICIPANTS,
    Action.EDIT: AUTHORS,
    Action.DELETE: AUTHORS,
    Action.UNDO: AUTHORS,
    Action.RESTORE: AUTHORS,
    Action.JUMP: OPENERS,
    Action.CAST: OPENERS,
    Action.LORE: OPENERS,
    Action.KNOWLEDGE: OPENERS,
    Action.SETTINGS: OPENERS,
    Action.RESET: OPENERS,
    Action.END: OPENERS,
    Action.RESUME: OPENERS,
    Action.SERVER: MODERATORS,
    Action.MACHINE: OWNERS,
}


def check(action: Action, standing: Standing) -> None:
    """Raise NotAllowed, with one sentence that says whose it is, where somebody may not do that."""
    if not standing.is_admitted:
        raise NotAllowed(NOT_ADMITTED)
    if action in FOR_ALL:
        return
    if standing.role < Role.PLAYER:
        raise NotAllowed(LOOKS_ON)
    rule = RULES[action]
    if not rule.who & standing.kinds:
        raise NotAllowed(rule.refusal)


def admits(access: Access, *, role: Role, is_invited: bool) -> bool:
    """Tell whether somebody may use the bot at all; its owner always may."""
    return role >= Role.OWNER or access is Access.OPEN or (access is Access.INVITED and is_invited)


def standing(
    account: Account, person: int | None, scene: Scene | None, turn: Turn | None, *, may_open: bool
) -> Standing:
    """Say what somebody (by their account, and their id where they are known) is in a scene and to a line of it."""
    return Standing(
        account.role,
        may_open=may_open,
        is_participant=person is not None and scene is not None and scene.playing(person) is not None,
        is_opener=person is not None and scene is not None and scene.opener == person,
        is_author=person is not None and turn is not None and turn.person == person,
    )
