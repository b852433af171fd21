"""The shape of the prompt: a scene and its path of turns become head, turns, tail and cue. Pure.

Nothing that changes from reply to reply ever stands in front of a turn: what was read once stays read.
"""

import re
from collections.abc import Iterator

from bot.core import Author, Member, Scene, Turn
from bot.roleplay.templates import Block, Role, Template
from engine import Prompt

NARRATOR = "Narrator"

HOUSE_RULES = "Nobody under 18 is ever sexualised."
PLAY_RULES = (
    "This is a story told in turns. Every turn begins with the name of who speaks, then says what they say, "
    "and what they do between *asterisks*. Stay in character. A turn belongs to one person alone."
)
NARRATION = "Now the narrator tells in a few sentences what happens around the characters, and speaks for nobody."
SUGGESTION = "Now {name} answers, in one or two sentences."
INVITATION = "Let us play, turn by turn."
"""What the user says first where roles alternate: a story may open with a greeting, or be trimmed to an answer."""

ROLES = {Author.PERSON: Role.USER, Author.CHARACTER: Role.ASSISTANT, Author.NARRATOR: Role.ASSISTANT}


def reply(scene: Scene, name: str, template: Template) -> Prompt:
    """Ask for the turn that the scene stands at, opened for the character `name`."""
    return _prompt(scene, template, _cue(Role.ASSISTANT, name, label=str(scene.leaf)))


def narration(scene: Scene, template: Template, *, hint: str = "") -> Prompt:
    """Ask for a narrator's passage; `hint` says what it should be about."""
    order = Block(Role.SYSTEM, f"{NARRATION} {hint}".strip())
    return _prompt(scene, template, _cue(Role.ASSISTANT, NARRATOR, label=str(scene.leaf)), order)


def suggestion(scene: Scene, name: str, template: Template) -> Prompt:
    """Ask for a line that the player `name` could say next."""
    return _prompt(scene, template, _cue(Role.USER, name), Block(Role.SYSTEM, SUGGESTION.format(name=name)))


def turn_of(label: str | None) -> int | None:
    """Return the id of the turn that a segment with this label shows; None where it shows none."""
    return int(label) if label and label.isdigit() else None


def names(scene: Scene) -> frozenset[str]:
    """Return the names under which somebody speaks in a scene."""
    cast = (member.name for member in scene.members)
    return frozenset((*cast, scene.opened_by, NARRATOR, *(turn.name for turn in scene.turns)))


def _prompt(scene: Scene, template: Template, cue: Block, *tail: Block) -> Prompt:
    story = tuple(_story(scene, template))
    segments = tuple(template.render((*story, *tail, cue)))
    return Prompt(story=segments[: len(story)], tail=segments[len(story) : -1], cue=segments[-1])


def _cue(role: Role, name: str, *, label: str = "") -> Block:
    return Block(role, "", header=f"{name}:", label=label)


def _story(scene: Scene, template: Template) -> Iterator[Block]:
    path = {turn.id for turn in scene.turns}
    present = [member for member in scene.members if member.after not in path]
    yield Block(Role.SYSTEM, f"{HOUSE_RULES}\n\n{PLAY_RULES}", label="rules", pinned=True)
    if scene.scenario:
        yield Block(Role.SYSTEM, f"Scenario: {scene.scenario}", label="scenario", pinned=True)
    yield from map(_card, present)
    if template.alternates:
        yield Block(Role.USER, INVITATION, label="invitation", pinned=True)
    if scene.window_from is None:
        for member in present:
            yield from _examples(member, scene.opened_by)
    for turn in scene.turns:
        if turn.text:
            yield _turn(turn)
        yield from (_card(member) for member in scene.members if member.after == turn.id)


def _card(member: Member) -> Block:
    return Block(Role.SYSTEM, member.block, label=f"card {member.character}", pinned=True)


def _examples(member: Member, user: str) -> Iterator[Block]:
    """Show example dialogues as turns: small models fall silent when they stand in the system text."""
    for dialogue in re.split(r"<START>\s*", member.examples, flags=re.IGNORECASE):
        if not dialogue.strip():
            continue
        yield Block(Role.SYSTEM, f"How {member.name} speaks:", label="examples")
        header = re.compile(rf"^({re.escape(member.name)}|{re.escape(user)}):", re.MULTILINE)
        first, *parts = header.split(dialogue)
        for name, text in [(member.name, first), *zip(parts[::2], parts[1::2], strict=True)]:
            if text.strip():
                role = Role.ASSISTANT if name == member.name else Role.USER
                yield Block(role, f" {text.strip()}", header=f"{name}:", label="examples")


def _turn(turn: Turn) -> Block:
    return Block(ROLES[turn.author], f" {turn.text}", header=f"{turn.name}:", label=str(turn.id))
