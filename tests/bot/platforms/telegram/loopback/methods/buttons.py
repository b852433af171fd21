"""Inline keyboards, and the answers to presses."""

from tests.bot.platforms.telegram.loopback.calls import TABLE, Call
from tests.bot.platforms.telegram.loopback.refusals import QUERY_TOO_OLD, bad
from tests.bot.platforms.telegram.loopback.state import QUERY_SECONDS, Json

CALLBACK_BYTES = 64
MOST_BUTTONS = 100
ANSWER_CHARACTERS = 200
ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip


def read_markup(call: Call) -> Json | None:
    """Read and check reply_markup; only inline keyboards stay with their message."""
    markup = call.json("reply_markup")
    if not markup or "inline_keyboard" not in markup:
        return None
    buttons = [button for row in markup["inline_keyboard"] for button in row]
    for button in buttons:
        _check(button)
    if len(buttons) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return {"inline_keyboard": [row for row in markup["inline_keyboard"] if row]} if buttons else None


def _check(button: Json) -> None:
    if not button.get("text"):
        raise bad('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if not ACTIONS & button.keys():
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= CALLBACK_BYTES:
        raise bad("BUTTON_DATA_INVALID")


@TABLE.answers("answerCallbackQuery")
async def answer_callback_query(call: Call) -> bool:
    """Answer a press, once and in time."""
    query = call.state.queries.get(call.text("callback_query_id"))
    if not query or query.answer is not None or call.state.clock.now() - query.asked > QUERY_SECONDS:
        raise bad(QUERY_TOO_OLD)
    if len(call.text("text")) > ANSWER_CHARACTERS:
        raise bad("MESSAGE_TOO_LONG")
    query.answer = {"text": call.text("text"), "show_alert": call.flag("show_alert"), "url": call.text("url")}
    call.state.changed.ring()
    return True
