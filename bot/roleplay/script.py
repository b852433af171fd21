"""The shape of the prompt: a scene and its path of turns become head, turns, tail and cue. Pure.

Nothing that changes from reply to reply ever stands in front of a turn: what was read once stays read.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.core import Scene
from bot.roleplay import blocks
from bot.roleplay.tail import Tail, tokens_of
from bot.roleplay.templates import Block, Role, Template
from engine import Prompt

NARRATOR = "Narrator"
AUTHOR = "Author"
"""Who answers questions about the story."""

NARRATION = "Now the narrator tells in a few sentences what happens around the characters, and speaks for nobody."
SUGGESTION = "Now {name} answers, in one or two sentences."
RECAP = "The story ends here for today. Now the narrator sums up in three sentences what has happened in it."
QUESTION = (
    "The story rests for a moment. Out of character, {name} asks its author: {question}\n"
    "Now the author answers {name} in a few plain sentences, and does not go on with the story."
)
STATE = "How things stand: {line}"
UPDATE = "Before the last turns things stood like this: {values} Now say in JSON how they stand after them."
UPDATED = "How things stand now:"


def reply(scene: Scene, name: str, template: Template, *, tail: Tail = Tail(), begun: str = "") -> Prompt:
    """Ask for the turn that the scene stands at, opened for the character or narrator `name`.

    What it says already, `begun`, is gone on with. A notebook's text goes on from where it stops.
    """
    if scene.is_notebook:
        return _continuation(scene, template, tail)
    cue = Block(Role.ASSISTANT, f" {begun}" if begun else "", header=f"{name}:", label=str(scene.leaf))
    return _prompt(_before_last(scene) if begun else scene, template, cue, tail)


def suggestion(scene: Scene, name: str, template: Template, *, tail: Tail = Tail()) -> Prompt:
    """Ask for a line that the player `name` could say next."""
    order = SUGGESTION.format(name=name)
    return _prompt(scene, template, Block(Role.USER, "", header=f"{name}:"), replace(tail, order=order))


def addressee(scene: Scene, cue: str, template: Template, *, between: str = "") -> Prompt:
    """Ask to whom the last line of a scene is said, as a name behind `cue`; `between` is what the same one adds."""
    last = scene.turns[-1]
    added = [Block(blocks.ROLES[last.author], f" {between}", header=f"{last.name}:")] if between else []
    story = tuple(blocks.story(scene, template))
    segments = tuple(template.render((*story, *added, Block(blocks.ROLES[last.author], "", header=cue))))
    return Prompt(story=segments[: len(story)], tail=segments[len(story) : -1], cue=segments[-1])


def pinned_tokens(scene: Scene, template: Template) -> int:
    """Estimate the tokens of what never leaves the window."""
    segments = template.render(blocks.story(scene, template))
    return sum(tokens_of(segment.text) for segment in segments if segment.pinned)


def retelling(scene: Scene, header: str, template: Template, *, tail: Tail) -> Prompt:
    """Ask for what `tail` orders, under a header: words about the story, not a turn of it.

    The newest summary is read as one that is about to be replaced: nothing of the model's reading changes by it.
    """
    read = replace(scene, summary=None, former=blocks.summaries(scene))
    return _prompt(read, template, Block(Role.ASSISTANT, "", header=header), tail)


def question(scene: Scene, name: str, asked: str, template: Template) -> Prompt:
    """Ask the author of a story, for the player `name`, about it."""
    order = QUESTION.format(name=name, question=asked)
    return _prompt(scene, template, Block(Role.ASSISTANT, "", header=f"{AUTHOR}:"), Tail(order=order))


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


def _continuation(scene: Scene, template: Template, tail: Tail) -> Prompt:
    """Ask for more of a notebook's text. Its last piece is the cue, so that nothing stands behind that.

    A narrator's passage is here what every piece is, and needs no order.
    """
    *story, last = blocks.text(scene)
    tail = replace(tail, order=tail.order.removeprefix(NARRATION).strip())
    if tail.texts and last.goes_on:
        last = replace(last, goes_on=False)
    return _rendered(tuple(story), last, tail, template)


def _before_last(scene: Scene) -> Scene:
    """Return a scene without its last turn, and who came in behind that."""
    members = tuple(member for member in scene.members if member.after is None or member.after != scene.leaf)
    players = tuple(player for player in scene.players if player.after is None or player.after != scene.leaf)
    return replace(scene, turns=scene.turns[:-1], members=members, players=players)


def _prompt(scene: Scene, template: Template, cue: Block, tail: Tail) -> Prompt:
    story = blocks.text(scene) if scene.is_notebook else blocks.story(scene, template)
    return _rendered(tuple(story), cue, tail, template)


def _rendered(story: Sequence[Block], cue: Block, tail: Tail, template: Template) -> Prompt:
    told = [Block(Role.SYSTEM, "\n\n".join(tail.texts))] if tail.texts else []
    segments = tuple(template.render((*story, *told, cue)))
    return Prompt(story=segments[: len(story)], tail=segments[len(story) : -1], cue=segments[-1])
