"""The second hour: lines and replies, and all that is done with one of them."""

from bot.platforms.controls import FACES, Button
from bot.platforms.discord.buttons import data_of
from tests.bot.platforms.discord.evening.company import CAST, Evening
from tests.bot.platforms.discord.playing import there

ILSE, TOMAS, ROSA, ODO = CAST


async def buttons_are_pressed(evening: Evening) -> None:
    """Each button of the row, and each behind ⋯."""
    anna, cleo = evening.anna, evening.cleo
    await evening.says(anna, f"{ILSE}, who was that man?")
    first = evening.newest
    await evening.presses(anna, first, "⟲")
    await evening.presses(anna, evening.newest, "◀")
    assert (evening.newest.content, evening.newest.buttons[2]) == (first.content, "▶ 1/2")
    await evening.presses(anna, evening.newest, "▶")
    await evening.presses(cleo, evening.newest, "▶")
    assert evening.newest.buttons[2] == "▶ 3/3"
    await evening.presses(anna, evening.newest, "◀")
    await evening.presses(cleo, evening.newest, "➕")
    await evening.says(anna, f"{ODO}, did you see him?")
    late = await anna.clicks(first, data_of(Button.RETRY, 1))
    await evening.over(late, "not the newest reply any more")


async def more_is_chosen(evening: Evening) -> None:
    """What stands behind ⋯ is for one pair of eyes."""
    ben = evening.ben

    async def more(button: Button, *words: str) -> None:
        shown = there(await evening.presses(ben, evening.newest, "⋯"))
        await evening.presses(ben, shown, f"{FACES[button].sign} {FACES[button].words}", *words)

    await more(Button.WHY, f"{ODO} is a character, played by an AI.")
    await more(Button.MUTE, f"{ODO} is silent now")
    await more(Button.SUGGEST, "`1` ")
    await evening.runs(ben, "/cast unmute", f"{ODO} may speak again", character=ODO)
    shown = there(await evening.presses(ben, evening.newest, "⋯"))
    await evening.submits(ben, await ben.presses(shown, "Edit"), "*shrugs* I saw nothing.")
    assert evening.newest.content == "*shrugs* I saw nothing."
    await evening.says(evening.cleo, f"{ROSA}, and you?")
    await more(Button.DELETE, f"Deleted: the turn of {ROSA}")
    assert not any(one.buttons for one in evening.tavern.shown)
    await evening.says(evening.cleo, f"{TOMAS}, and you?")
    shown = there(await evening.presses(ben, evening.newest, "⋯"))
    await evening.submits(ben, await ben.presses(shown, "Branch here"), "dawn", "in the branch dawn")
    await evening.says(ben, f"{TOMAS}, open the shutters.")


async def somebody_is_said_by_a_proxy(evening: Evening) -> None:
    """Cleo plays Kestrel by PluralKit, the post before and behind the deletion; then she has a persona here."""
    cleo = evening.cleo
    await evening.proxied(f"Good evening, {ILSE}.", is_post_first=True)
    post = await evening.proxied(f"I am cold, {ROSA}.", is_post_first=False)
    assert ("Kestrel", f"I am cold, {ROSA}.") in await evening.story()
    await evening.kit.posts_as(evening.tavern, "Kestrel", "This is nobody's line.")
    await cleo.deletes(post) if post.author is cleo.user else await evening.ben.deletes(post)
    await evening.settled()
    evening.said.remove(post)
    await evening.proxied(f"{TOMAS}, is there soup?", is_post_first=True)
    form = await evening.runs(cleo, "/persona create", name="Lark", brackets="l: text")
    await evening.submits(cleo, form, "A bell founder.", "a persona Lark now")
    await evening.says(cleo, f"l: I know that bell, {ILSE}.")
    assert evening.newest.author == ILSE
    form = await evening.runs(cleo, "/persona edit", persona="Lark")
    await evening.submits(cleo, form, "A bell founder from the coast.", "is changed")
    await evening.runs(cleo, "/persona list", "A bell founder from the coast.")
    await evening.runs(cleo, "/persona use", "You play Lark", persona="Lark")
    await evening.says(cleo, f"It is cracked, {TOMAS}.")
    assert ("Lark", f"It is cracked, {TOMAS}.") in await evening.story()
    await evening.runs(cleo, "/persona use", "You play Cleo")
    await evening.runs(cleo, "/persona delete", "is deleted", persona="Lark")


async def lines_change_in_the_client(evening: Evening) -> None:
    """People edit and delete what they have written, and moderators what others have, several at once."""
    anna, ben, cleo = evening.anna, evening.ben, evening.cleo
    line = await evening.says(anna, f"{ILSE}, a tea please.")
    await anna.edits(line, f"{ILSE}, a coffee please.")
    await evening.inn.tells(f"{ILSE}, a coffee please.")
    aside = await evening.says(cleo, "I should not have said that.")
    await cleo.edits(aside, "// I should not have said that.")
    await evening.inn.until(lambda told: not any("should not have" in text for _, text in told))
    evening.said.remove(aside)
    gone = [await evening.says(ben, text) for text in ("One.", "Two.", "Three.")]
    await ben.deletes(gone[0])
    await ben.bulk_deletes(*gone[1:])
    await evening.inn.until(lambda told: ("Ben", "Three.") not in told and ("Ben", "One.") not in told)
    await evening.says(ben, f"{ODO}, four.")
    await ben.deletes(evening.newest)
    await evening.settled()
    assert (await evening.story())[-1] == ("Ben", f"{ODO}, four.")
    for line in gone:
        evening.said.remove(line)


async def posts_are_reacted_to(evening: Evening) -> None:
    """🔁, ❌ and ❓ under characters' posts; others, and those under people's lines, mean nothing."""
    anna, ben, cleo = evening.anna, evening.ben, evening.cleo
    line = await evening.says(anna, f"{ROSA}, what is for dinner?")
    await evening.reacts(cleo, evening.newest, "🔁")
    assert evening.newest.buttons[2] == "▶ 2/2"
    await cleo.reacts(line, "❌")
    await cleo.reacts(evening.newest, "🎉")
    await evening.reacts(ben, evening.newest, "❓")
    assert any("played by an AI" in one.content for one in ben.direct().shown)
    await evening.says(ben, f"{TOMAS}, for you?")
    await evening.reacts(ben, evening.newest, "❌")
    assert (await evening.story())[-1] == ("Ben", f"{TOMAS}, for you?")


async def messages_have_menus(evening: Evening) -> None:
    """Edit, Delete, Retry, Branch and Why, each under a message."""
    anna, ben = evening.anna, evening.ben
    line = await evening.says(anna, f"{ILSE}, whose boat is that?")
    answer = evening.newest
    await evening.chooses(ben, answer, "Why?", f"{ILSE} answered")
    await evening.submits(ben, await ben.uses(answer, "Edit"), "It is the ferryman's.")
    await evening.says(ben, f"{ODO}, is it?")
    await evening.chooses(ben, evening.newest, "Delete from the story", "/restore brings it back")
    await evening.runs(ben, "/restore")
    assert evening.newest.author == ODO
    before = len(await evening.story())
    await evening.chooses(anna, line, "Retry from here")
    assert len(await evening.story()) == before - 2
    evening.said.pop()
    form = await ben.uses(line, "Branch here")
    made = await evening.submits(ben, form, "boat", "in the branch boat", "It can have a thread of its own.")
    offered = next(one for one in (there(made), *made.followups) if "thread" in one.content)
    await evening.presses(ben, offered, "Open a thread", "is played in")
