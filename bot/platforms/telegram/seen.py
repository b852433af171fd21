"""The numbers of messages that were seen in the chats of Telegram. It sends nothing."""

from collections import deque

MOST_UNKNOWN = 10
REMEMBERED = 500
SUPERGROUPS_BELOW = -(10**12)


class Seen:
    """The numbers of messages that were seen in any chat: Telegram counts those of supergroups apart."""

    def __init__(self) -> None:
        self._newest: dict[int, int] = {}
        self._known: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)

    def note(self, chat: int, message: int) -> None:
        """Note a message, whoever wrote it."""
        key = _counted_in(chat)
        self._newest[key] = max(message, self._newest.get(key, 0))
        self._known.append((chat, message))

    def newest(self, chat: int) -> int:
        """Return the highest number so far where this chat's messages are counted; 0 where none was seen."""
        return self._newest.get(_counted_in(chat), 0)

    def unknown(self, chat: int, *, after: int) -> list[int]:
        """Return the numbers behind one that a message of the chat may have which nobody knows of yet."""
        known = {message for at, message in self._known if at == chat}
        last = max(self.newest(chat), after) + MOST_UNKNOWN
        return [number for number in range(after + 1, last) if number not in known][:MOST_UNKNOWN]


def _counted_in(chat: int) -> int:
    return chat if chat < SUPERGROUPS_BELOW else 0
