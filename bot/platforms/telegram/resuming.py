"""What a killed process was at, told to those who asked for it. It does none of it: it may be done already."""

import logging

from telegram import Chat
from telegram.error import TelegramError

from bot.platforms.errands import Errands
from bot.platforms.telegram.journal import BUTTON, LINE, Journal, Task
from bot.platforms.telegram.stage import Spot, Stage
from bot.words import Sentence, sentence

logger = logging.getLogger(__name__)

COMMAND_CUT = sentence("I was stopped while I was at /{command}: look whether it is done, or ask for it once more.")
BUTTON_CUT = sentence("I was stopped while I was at a button here: look whether it is done, or press it once more.")
LINE_CUT = sentence("I was stopped before I had answered this. /retry lets it be answered.")


async def tell_of_what_was_cut(stage: Stage, journal: Journal, errands: Errands) -> None:
    """Say what the process was killed at, as an answer to what asked for it."""
    for event, task in (await journal.left()).items():
        if task.what != LINE:  # if it is sent again all the same, it is not done beside that
            await stage.director.messages.is_new(event)
        try:
            told = await stage.bot.get_chat(task.chat)
        except TelegramError as error:
            logger.info("a chat is gone: %s", error.message)
            continue
        chat = Chat(told.id, told.type, title=told.title, first_name=told.first_name)
        spot = Spot.of(chat, task.thread)
        if said := await _cut(stage, spot, event, task):
            screen = stage.screen(spot, reply_to=task.message)
            errands.begin(screen.note(stage.words(spot.place).say(said)))


async def _cut(stage: Stage, spot: Spot, event: str, task: Task) -> Sentence | None:
    """Return what is said of a task; nothing of a line that has its answer, or will come again."""
    if task.what == BUTTON:
        return BUTTON_CUT
    if task.what != LINE:
        return sentence(COMMAND_CUT.text, command=task.what.removeprefix("/"))
    turn = await stage.director.messages.turn(event)
    if turn is None:
        return None
    told = await stage.director.story(spot.place, last=1)
    return LINE_CUT if told and told[-1].id == turn.id else None
