"""The shape of the prompt: a scene and its path of turns become head, turns, tail and cue. Pure.

Nothing that changes from reply to reply ever stands in front of a turn: what was read once stays read.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.core import Author, Member, Player, Scene, Summary, Turn
from bot.roleplay.tail import Tail
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
SUMMARY = "What happened so far: {text}"
LEAVES = "{name} leaves."
STATE = "How things stand: {line}"
UPDATE = "Before the last turns things stood like this: {values} Now say in JSON how they stand after them."
UPDATED = "How things stand now:"
INVITATION = "Let us play, turn by turn."
"""What the user says first where roles alternate: a story may open with a greeting, or be trimmed to an answer."""

ROLES = {Author.PERSON: Role.USER, Author.CHARACTER: Role.ASSISTANT, Author.NARRATOR: Role.ASSISTANT}


def reply(scene: Scene, name: str, template: Template, *, tail: Tail = Tail(), begun: str = "") -> Prompt:
    """Ask for the turn that the scene stands at, opened for the character or narrator `name`.

    What it says already, `begun`, is gone on with.
    """
    cue = Block(Role.ASSISTANT, f" {begun}" if begun else "", header=f"{name}:", label=str(scene.leaf))
    return _prompt(replace(scene, turns=scene.turns[:-1]) if begun else scene, template, cue, tail)


def suggestion(scene: Scene, name: str, template: Template, *, tail: Tail = Tail()) -> Prompt:
    """Ask for a line that the player `name` could say next."""
    order = SUGGESTION.format(name=name)
    return _prompt(scene, template, Block(Role.USER, "", header=f"{name}:"), replace(tail, order=order))


def update(scene: Scene, values: str, template: Template) -> Prompt:
    """Ask for the values that the story keeps, which were `values` (in JSON) so far."""
    cue = Block(Role.ASSISTANT, "", header=UPDATED)
    return _prompt(scene, template, cue, Tail(order=UPDATE.format(values=values)))


def narration(hint: str = "") -> str:
    """Return what a narrator is told; `hint` says what the passage should be about."""
    return f"{NARRATION} {hint}".strip()


def turn_of(label: str | None) -> int | None:
    """Return the id of the turn that a segment with this label shows; None where it shows none."""
    return int(label) if label and label.isdigit() else None


def names(scene: Scene) -> frozenset[str]:
    """Return the names under which somebody speaks in a scene."""
    cast = (member.name for member in scene.members)
    players = (player.name for player in scene.players)
    return frozenset((*cast, *players, scene.opened_by, NARRATOR, *(turn.name for turn in scene.turns)))


def _prompt(scene: Scene, template: Template, cue: Block, tail: Tail) -> Prompt:
    story = tuple(_story(scene, template))
    told = [Block(Role.SYSTEM, "\n\n".join(tail.texts))] if tail.texts else []
    segments = tuple(template.render((*story, *told, cue)))
    return Prompt(story=segments[: len(story)], tail=segments[len(story) : -1], cue=segments[-1])


def _story(scene: Scene, template: Template) -> Iterator[Block]:
    """Yield the head, then the turns, each with what came in behind it."""
    path = {turn.id for turn in scene.turns}
    yield from _head(scene, path, template)
    if scene.summary and scene.summary.turn not in path:
        yield _summary(scene.summary)
    if scene.window_from is None:
        for member in scene.members:
            if member.after not in path:
                yield from _examples(member, scene.opened_by)
    for turn in scene.turns:
        if turn.text:
            yield _turn(turn)
        yield from _behind(scene, turn)


def _head(scene: Scene, path: set[int], template: Template) -> Iterator[Block]:
    """Yield what never leaves the window: also who came in, and what was pinned, before it begins."""
    rules = "\n\n".join((scene.house_rules or HOUSE_RULES, PLAY_RULES))
    yield Block(Role.SYSTEM, rules, label="rules", pinned=True)
    if scene.scenario:
        yield Block(Role.SYSTEM, f"Scenario: {scene.scenario}", label="scenario", pinned=True)
    if scene.lore:
        yield Block(Role.SYSTEM, scene.lore, label="lore", pinned=True)
    yield from (_card(member) for member in scene.members if member.after not in path)
    yield from (_persona(player) for player in scene.players if player.block and player.after not in path)
    if template.alternates:
        yield Block(Role.USER, INVITATION, label="invitation", pinned=True)
    yield from map(_turn, scene.pinned)


def _behind(scene: Scene, turn: Turn) -> Iterator[Block]:
    """Yield what came in behind a turn: characters and personas, a summary, word of who has left."""
    yield from (_card(member) for member in scene.members if member.after == turn.id)
    yield from (_persona(player) for player in scene.players if player.block and player.after == turn.id)
    for member in scene.members:
        if member.has_left and member.left_after == turn.id:
            yield Block(Role.SYSTEM, LEAVES.format(name=member.name), label="leaves")
    if scene.summary and scene.summary.turn == turn.id:
        yield _summary(scene.summary)


def _card(member: Member) -> Block:
    return Block(Role.SYSTEM, member.block, label=f"card {member.character}", pinned=True)


def _persona(player: Player) -> Block:
    return Block(Role.SYSTEM, player.block, label=f"player {player.id}", pinned=True)


def _summary(summary: Summary) -> Block:
    return Block(Role.SYSTEM, SUMMARY.format(text=summary.text), label="summary", pinned=True)


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
    return Block(ROLES[turn.author], f" {turn.text}", header=f"{turn.name}:", label=str(turn.id), pinned=turn.pinned)
