"""The fourth hour: the story takes other ways, in other places too, and comes back."""

from tests.bot.platforms.discord.evening.company import CAST, Evening
from tests.bot.platforms.discord.loopback.posting import Upload
from tests.bot.platforms.discord.playing import there

ILSE, TOMAS, ROSA, ODO = CAST
FOUR_POSTS = " ".join(["One step after the other, slowly up to the mill."] * 120)


async def the_story_branches(evening: Evening) -> None:
    """A branch that is made, gone away from, and forgotten: its posts go, people's are marked."""
    anna, ben, cleo = evening.anna, evening.ben, evening.cleo
    await evening.says(cleo, f"{ILSE}, shall we leave?")
    await evening.runs(ben, "/branch make", "in the branch stay", name="stay")
    left = evening.own()[-1].content
    tried = await evening.says(anna, f"{ILSE}, I would rather stay.")
    await evening.runs(ben, "/branch list", "* stay")
    await evening.runs(ben, "/branch tree", "stay")
    await evening.runs(ben, "/jump", to="boat")
    assert tried.reactions.get("↩️")
    assert evening.own()[-1].content == left
    await evening.runs(ben, "/branch delete", "The name stay is gone", name="stay")
    evening.said.remove(tried)


async def much_is_taken_back(evening: Evening) -> None:
    """More posts than ten vanish only when a moderator says so; or they are kept."""
    anna, cleo = evening.anna, evening.cleo
    for answer in ("Remove them", "Keep them"):
        for _ in range(3):
            await evening.writes(anna, TOMAS, FOUR_POSTS)
        await evening.runs(anna, "/undo", "Taken back: the last 3 turns", count=3)
        [question] = evening.posts("12 posts are not in the story any more")
        await evening.presses(cleo, question, answer, "up to the moderators")
        await evening.presses(anna, question, answer)
        assert bool(evening.posts("One step")) is (answer == "Keep them")
    await anna.bulk_deletes(*evening.posts("One step"))
    await evening.says(cleo, f"{ROSA}, that was a lot of steps.")
    await evening.runs(cleo, "/undo", "Taken back: the last 2 turns", count=2)
    assert evening.said[-1].reactions.get("↩️")
    await evening.runs(cleo, "/restore")
    assert not evening.said[-1].reactions.get("↩️")
    assert evening.newest.author == ROSA


async def it_is_played_elsewhere(evening: Evening) -> None:
    """A story of what was written before, a notebook, an imported story, a private one; each ends."""
    anna, kitchen = evening.anna, evening.inn.server.channel("kitchen")
    first = await anna.says(kitchen, "Once there was a cook.")
    await evening.cleo.says(kitchen, "Who burnt the soup.")
    await evening.chooses(anna, first, "Story from here", "The story has 2 turns")
    await evening.runs(anna, "/notebook", "A new notebook: Verses", room=kitchen, title="Verses")
    await evening.runs(anna, "/write", room=kitchen, text="The snow")
    log = Upload("story.txt", "\n".join(f"{name}: Line." for name in ("Anna", ILSE) * 4).encode())
    await evening.runs(anna, "/story import", "The story has 8 turns", room=kitchen, file=log, people="Anna")
    assert sum("Line." in one.content for one in kitchen.shown) == 5
    await evening.runs(anna, "/story reset", "begins anew", room=kitchen)
    await evening.runs(anna, "/scene end", "has ended", room=kitchen)
    private = anna.direct()
    await evening.runs(anna, "/scene start", room=private, cards=ODO)
    await anna.says(private, f"Good evening, {ODO}.")
    await private.until(lambda shown: shown[-1].content.startswith(f"**{ODO}**\n") and len(shown) > 2)
    await evening.settled()
    await evening.runs(anna, "/scene end", "has ended", room=private)


async def it_ends_and_goes_on(evening: Evening) -> None:
    """The scene ends, its buttons go, the story is handed over; then it goes on as if nothing had been."""
    anna, cleo = evening.anna, evening.cleo
    exported = await evening.runs(cleo, "/story export", "The story is in", format="md")
    assert any(one.attachments for one in (there(exported), *exported.followups))
    await evening.runs(cleo, "/story show", f"**{ROSA}**", count=3)
    ended = await evening.runs(anna, "/scene end", "has ended")
    assert not any(one.buttons for one in evening.tavern.shown)
    await cleo.says(evening.tavern, "Is somebody still here?")
    number = ended.text.partition("/scene resume ")[2].split()[0]
    await evening.runs(anna, "/scene resume", "goes on", scene=number)
    assert evening.newest.author == ROSA
    await evening.says(cleo, f"{ODO}, we are back.")
