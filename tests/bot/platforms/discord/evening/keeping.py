"""The third hour: what the story is reminded of, how replies are written, and by whom."""

import json
from collections.abc import Sequence
from typing import Any

from tests.bot.platforms.discord.evening.company import CAST, Evening
from tests.bot.platforms.discord.loopback.posting import Upload

ILSE, TOMAS, ROSA, ODO = CAST
PASS = Upload(
    "pass.json",
    json.dumps({"name": "Pass", "entries": {"0": {"uid": 0, "key": ["bridge"], "content": "It is watched."}}}).encode(),
)
SEA = Upload("sea.json", b'{"name": "Sea", "entries": {}}')
ROAD = Upload("road.md", b"# Road\n\nThe old road over the pass is open from May on.\n")
Step = tuple[str, str, dict[str, Any]]
"""A command, what it answers, and what is given to it."""

SCENE: Sequence[Step] = (
    ("/scene title", "is called Snow now", {"title": "Snow"}),
    ("/scene language", "in English", {"language": "English"}),
    ("/scene language", "in any language", {"language": "any"}),
    ("/scene scenario", "The scenario now: An inn", {"scenario": "An inn below a pass."}),
    ("/scene show", "Scenario: An inn below a pass.", {}),
    ("/scene list", "· now", {}),
)
CASTING: Sequence[Step] = (
    ("/cast list", "Present: Ilse, Tomas, Rosa, Odo", {}),
    ("/cast mute", "Rosa is silent now", {"character": ROSA}),
    ("/cast unmute", "Rosa may speak again", {"character": ROSA}),
    ("/cast alias", "answers to the ferryman", {"character": ODO, "aliases": "the ferryman"}),
    ("/cast talkativeness", "a chance of 80%", {"character": TOMAS, "percent": 80}),
    ("/cast remove", "Rosa has left", {"character": ROSA}),
    ("/cast add", "Rosa is here now", {"card": ROSA}),
    ("/answer", "30% of the others", {"chance": 30, "most": 2}),
    ("/answer", "One person is always answered", {"when": "auto"}),
    ("/order", "answer, in turn", {"by": "list"}),
    ("/order", "They go on among themselves for one turn", {"by": "natural", "among": 1}),
)
MEMORY: Sequence[Step] = (
    ("/note", "is read with the replies", {"text": "It is dark, and wet.", "depth": 2}),
    ("/note", "is read with the replies", {"character": ODO, "text": "He limps."}),
    ("/memory pin", "Pinned: ", {"turn": "2"}),
    ("/memory pins", "1. ", {}),
    ("/memory search", "bell", {"words": "bell"}),
    ("/memory summary", "What happened so far: ", {}),
    ("/memory edit", "The summary is changed", {"text": "They met at the inn."}),
    ("/memory show", "They met at the inn.", {}),
    ("/memory unpin", "No longer pinned", {"pin": 1}),
    ("/recap", "since your last", {}),
    ("/ask", "", {"question": "Who has the key?"}),
)
LORE: Sequence[Step] = (
    ("/lore attach", "Attached: Pass", {"file": PASS}),
    ("/lore add", "Added to", {"keys": "bell", "text": "The bell rings by itself before a flood."}),
    ("/lore import", "imported: Sea", {"file": SEA}),
    ("/lore use", "Attached: Sea", {"book": "Sea"}),
    ("/lore list", "Pass", {}),
    ("/lore mine", "- Sea", {}),
    ("/lore export", "The lorebook is in", {"book": "Pass"}),
    ("/lore detach", "Detached: Sea", {"book": "Sea"}),
    ("/lore remove", "Sea is removed", {"book": "Sea"}),
    ("/knowledge attach", "Attached: ", {"file": ROAD}),
    ("/knowledge list", "one passage", {}),
    ("/knowledge detach", "Detached: ", {"document": "Road"}),
    ("/knowledge remove", "Removed: ", {"document": "Road"}),
    ("/state define", "trust", {"name": "trust", "kind": "wary, warm"}),
    ("/state set", "trust: warm", {"name": "trust", "value": "warm"}),
    ("/after", "suggest 1, state on", {"suggest": 1, "state": "on"}),
)
WRITING: Sequence[Step] = (
    ("/settings show", "temperature: 0.8", {}),
    ("/settings set", "temperature 0.9", {"setting": "temperature", "value": "0.9"}),
    ("/settings set", "temperature 0.7", {"setting": "temperature", "value": "0.7", "character": ODO}),
    ("/preset save", "Saved: Ours", {"name": "Ours"}),
    ("/preset list", "Your own: Ours", {}),
    ("/settings preset", "From now on: Precise", {"preset": "Precise"}),
    ("/settings reset", "temperature: 0.8", {}),
    ("/preset delete", "Deleted: Ours", {"name": "Ours"}),
    ("/filter add", "Not to be said from now on: dragon", {"words": "dragon", "side": "both"}),
    ("/filter list", "- dragon (by nobody)", {}),
    ("/filter remove", "May be said again: dragon", {"words": "dragon"}),
    ("/status", "tokens", {}),
)


async def all_of(evening: Evening, steps: Sequence[Step]) -> None:
    """Let Anna use these commands, one after the other."""
    for command, words, given in steps:
        await evening.runs(evening.anna, command, words, **given)


async def the_scene_is_arranged(evening: Evening) -> None:
    """What it is called and about, who is there and answers; they go on among themselves for a turn."""
    await all_of(evening, SCENE)
    await all_of(evening, CASTING)
    before = len(await evening.story())
    await evening.says(evening.cleo, "Ferryman, is the river high?")
    assert [name for name, _ in (await evening.story())[before:]][:2] == ["Cleo", ODO]
    await evening.runs(evening.anna, "/order", "do not talk among themselves", among=0)


async def the_story_is_kept_in_mind(evening: Evening) -> None:
    """Notes, pins, the summary, lore, documents, and values that follow each reply."""
    await all_of(evening, MEMORY)
    await evening.runs(evening.anna, "/memory remember", text="Odo owes Ilse a boat.")
    await evening.tavern.post("Odo owes Ilse a boat.")
    await all_of(evening, LORE)
    await evening.says(evening.ben, f"{ILSE}, who watches the bridge? Hear the bell!")
    await evening.tavern.until(lambda shown: any("-# trust" in one.content for one in shown))
    assert "-# trust" in evening.newest.content
    await evening.runs(evening.ben, "/lore why", "bridge", "bell")
    await evening.says(evening.ben, f"{TOMAS}, do you?")
    assert sum("-# trust" in one.content for one in evening.tavern.shown) == 1
    await evening.runs(evening.anna, "/after", "suggest 0, state off", suggest=0, state="off")
    await evening.runs(evening.anna, "/state forget", "keeps no values", name="trust")
    await evening.runs(evening.anna, "/note", "The note is gone", text="off")
    await evening.runs(evening.anna, "/note", "The note is gone", text="off", character=ODO)


async def replies_are_written_otherwise(evening: Evening) -> None:
    """Settings, presets, filters; why a reply is as it is."""
    await all_of(evening, WRITING)
    await evening.says(evening.cleo, f"{ROSA}, sing something.")
    await evening.runs(evening.cleo, "/why", f"{ROSA} answered")
    await evening.runs(evening.cleo, "/why", f"{ROSA}:", form="prompt")
    await evening.runs(evening.cleo, "/why", "%", form="tokens")


async def they_speak_by_command(evening: Evening) -> None:
    """Each command that lets somebody speak, or writes a line by hand; nothing written can call anybody."""
    anna, ben, cleo = evening.anna, evening.ben, evening.cleo
    await evening.says(cleo, f"{ILSE}, the storm is here.")
    await evening.runs(cleo, "/retry", hint="Be brief.")
    await evening.runs(cleo, "/swipe", "(1/2)", to="left")
    await evening.runs(cleo, "/swipe", "(2/2)")
    await evening.runs(cleo, "/continue")
    await evening.runs(ben, "/narrate", hint="the rain")
    assert evening.newest.author == "Narrator"
    await evening.runs(ben, "/next", character=TOMAS)
    assert evening.newest.author == TOMAS
    await evening.runs(cleo, "/stop", "Nobody is speaking")
    await evening.runs(cleo, "/roll", dice="2d6+1")
    await evening.writes(anna, ODO, f"@everyone {cleo.mention} https://example.org look!")
    assert evening.newest.author == ODO
    form = await evening.writes(anna, "Narrator")
    await evening.submits(anna, form, LONG)
    assert evening.newest.author == "Narrator"
    await evening.says(cleo, f"{ROSA}, hold the door!")
    await evening.runs(ben, "/edit", text="*holds it*")
    assert evening.newest.content == "*holds it*"
    await evening.runs(ben, "/delete", f"Deleted: the turn of {ROSA}")
    await evening.runs(ben, "/restore")
    assert evening.newest.content == "*holds it*"


LONG = " ".join(f"The rain has been falling for {hours} hours, and nobody counts them any more." for hours in range(40))
"""Longer than a post may be."""


async def it_stops_when_somebody_wants_it(evening: Evening) -> None:
    """A pause folds the last passage away, and tells the moderators where they want to be told."""
    office = evening.inn.server.channel("office")
    await evening.says(evening.cleo, f"{ODO}, what is in the sack?")
    await evening.runs(evening.cleo, "/pause", "paused")
    await office.until(lambda shown: any("paused" in one.content for one in shown))
    await evening.runs(evening.cleo, "/next", "paused")
    await evening.runs(evening.anna, "/unpause", "goes on")
    await evening.says(evening.cleo, f"{ODO}, never mind the sack.")
