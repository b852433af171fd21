"""A bot in a process of its own that says everything again: `python -m …echo TOKEN BASE_URL`."""

import sys

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters


async def say_again(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer a text with itself."""
    if update.message:
        await update.message.reply_text(f"{update.message.text}!")


if __name__ == "__main__":
    app = ApplicationBuilder().token(sys.argv[1]).base_url(sys.argv[2]).build()
    app.add_handler(MessageHandler(filters.TEXT, say_again))
    app.run_polling(poll_interval=0, timeout=10)
