"""The story as the model reads it: the head that never leaves, the turns, and what came in behind each. Pure."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from bot.core import Author, Member, Player, Scene, Summary, Turn
from bot.roleplay.templates import Block, Role, Template

HOUSE_RULES = "Nobody under 18 is ever sexualised."
PLAY_RULES = (
    "This is a story told in turns. Every turn begins with the name of who speaks, then says what they say, "
    "and what they do between *asterisks*. Stay in character. A turn belongs to one person alone."
)
SUMMARY = "What happened so far:"
LEAVES = "{name} leaves."
COMES_BACK = "{name} comes back."
INVITATION = "Let us play, turn by turn."
"""What the user says first where roles alternate: a story may open with a greeting, or be trimmed to an answer."""
NOTEBOOK_RULES = (
    "You write a text together with its author. Go on from exactly where it stops, in its language, voice and form, "
    "and write nothing but the text itself."
)
NOTEBOOK_ORDER = "Go on with this text."

CLOSING = ".,;:!?…)]}”’»"

ROLES = {Author.PERSON: Role.USER, Author.CHARACTER: Role.ASSISTANT, Author.NARRATOR: Role.ASSISTANT}


def piece(turn: Turn) -> str:
    """Return a notebook's turn as a piece of its text.

    What the model wrote goes on as it is, also within a word. A person's words begin anew: behind a space, unless they
    bring their own, or need none.
    """
    first = turn.text[:1]
    needs_none = not first or first.isspace() or first in CLOSING or unicodedata.east_asian_width(first) in "WF"
    return turn.text if turn.author is not Author.PERSON or turn.parent is None or needs_none else f" {turn.text}"


def house_rules(*added: str) -> str:
    """Return what stands first in a scene's head: what can never be taken out, then what is added to it."""
    return "\n".join(filter(None, (HOUSE_RULES, *(text.strip() for text in added))))


def story(scene: Scene, template: Template) -> Iterator[Block]:
    """Yield the head, then the turns, each with what came in behind it."""
    scene = _placed(scene)
    path = {turn.id for turn in scene.turns}
    yield from _head(scene, path, template)
    yield from _above(scene, path)
    if scene.window_from is None:
        for member in scene.members:
            if member.after not in path:
                yield from _examples(member, scene.opened_by)
    for turn in scene.turns:
        if turn.text:
            yield _turn(turn)
        yield from _behind(scene, turn)


def text(scene: Scene) -> Iterator[Block]:
    """Yield a notebook's head, which ends where the model's block begins, then the pieces of its text in that block."""
    yield Block(Role.SYSTEM, f"{scene.house_rules or HOUSE_RULES}\n\n{NOTEBOOK_RULES}", label="rules", pinned=True)
    yield Block(Role.USER, NOTEBOOK_ORDER, label="order", pinned=True)
    yield Block(Role.ASSISTANT, "", label="text", pinned=True)
    for turn in (*scene.pinned, *scene.turns):
        if turn.text:
            yield Block(Role.ASSISTANT, piece(turn), label=str(turn.id), pinned=turn.pinned, goes_on=True)


def _placed(scene: Scene) -> Scene:
    """Let whoever came in or left behind a turn that is not on the path do so behind the last one that was there then.

    So a retry, which speaks another turn in place of that, reads nothing again that stands before it. What is older
    than the path stays where it is, above it.
    """
    path = [turn.id for turn in scene.turns]

    def there(after: int | None) -> int | None:
        older = bisect_right(path, after) if after is not None else 0
        return path[older - 1] if older else after

    return replace(
        scene,
        members=tuple(
            replace(one, after=there(one.after), moves=tuple(there(move) or move for move in one.moves))
            for one in scene.members
        ),
        players=tuple(replace(one, after=there(one.after)) for one in scene.players),
    )


def _head(scene: Scene, path: set[int], template: Template) -> Iterator[Block]:
    """Yield what never leaves the window and was there when the scene opened."""
    rules = "\n\n".join((scene.house_rules or HOUSE_RULES, PLAY_RULES))
    yield Block(Role.SYSTEM, rules, label="rules", pinned=True)
    if scene.scenario:
        yield Block(Role.SYSTEM, f"Scenario: {scene.scenario}", label="scenario", pinned=True)
    if scene.lore:
        yield Block(Role.SYSTEM, scene.lore, label="lore", pinned=True)
    yield from (_card(member) for member in scene.members if member.block and member.after is None)
    yield from (_persona(player) for player in scene.players if player.block and player.after is None)
    if template.alternates:
        yield Block(Role.USER, INVITATION, label="invitation", pinned=True)


def _above(scene: Scene, path: set[int]) -> Iterator[Block]:
    """Yield what is still read of the story above the window, in the order in which it came: as a trim leaves it."""
    gone = [(turn.id, 0, _turn(turn)) for turn in scene.pinned]
    gone += [
        (one.after, 1, _card(one))
        for one in scene.members
        if one.block and one.after is not None and one.after not in path
    ]
    gone += [
        (one.after, 2, _persona(one))
        for one in scene.players
        if one.block and one.after is not None and one.after not in path
    ]
    first = scene.turns[0].id if scene.turns else None
    told = [(one.turn, 3, _summary(one, scene)) for one in summaries(scene) if first and one.turn < first]
    yield from (block for _, _, block in sorted([*gone, *told], key=lambda entry: entry[:2]))


def _behind(scene: Scene, turn: Turn) -> Iterator[Block]:
    """Yield what came in behind a turn: characters and personas, a summary, word of who has left or come back."""
    yield from (_card(member) for member in scene.members if member.block and member.after == turn.id)
    yield from (_persona(player) for player in scene.players if player.block and player.after == turn.id)
    for member in scene.members:
        for number, after in enumerate(member.moves):
            if after == turn.id:
                word = (COMES_BACK if number % 2 else LEAVES).format(name=member.name)
                yield Block(Role.SYSTEM, word, label="leaves", may_lead=False, apart=True)
    yield from (_summary(one, scene) for one in summaries(scene) if one.turn == turn.id)


def _card(member: Member) -> Block:
    return Block(
        Role.SYSTEM, member.block, label=f"card {member.character}", pinned=True, apart=member.after is not None
    )


def _persona(player: Player) -> Block:
    return Block(Role.SYSTEM, player.block, label=f"player {player.id}", pinned=True, apart=player.after is not None)


def summaries(scene: Scene) -> tuple[Summary, ...]:
    """Return the summaries that are read, oldest first."""
    return (*scene.former, scene.summary) if scene.summary else scene.former


def _summary(summary: Summary, scene: Scene) -> Block:
    """Show a summary; a former one is no longer pinned, and leaves together with the turn that it stands behind."""
    is_newest = summary == scene.summary
    text = f"{SUMMARY} {summary.text}"
    return Block(Role.SYSTEM, text, label="summary", pinned=is_newest, may_lead=is_newest, apart=True)


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
