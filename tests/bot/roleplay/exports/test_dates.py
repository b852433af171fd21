"""The ways in which chats write a time."""

from datetime import UTC, datetime

import pytest

from bot.roleplay.exports.dates import read_date, write_date

MOMENT = datetime(2023, 6, 19, 16, 13, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (1687191202000, MOMENT),
        (1687191202, MOMENT),
        (1687191202000.0, MOMENT),
        ("1687191202000", MOMENT),
        ("2023-06-19T16:13:22Z", MOMENT),
        ("2023-06-19T16:13:22.000Z", MOMENT),
        ("2023-06-19T18:13:22+02:00", MOMENT),
        ("2023-06-19 16:13:22", MOMENT),
        ("2023-06-19 @16h 13m 22s 412ms", MOMENT.replace(microsecond=412_000)),
        ("2023-6-19@16h13m22s", MOMENT),
        ("2023-6-19 @16h 13m", MOMENT.replace(second=0)),
        ("June 19, 2023 4:13pm", MOMENT.replace(second=0)),
        (" June 19, 2023 4:13 PM ", MOMENT.replace(second=0)),
    ],
)
def test_a_time_is_read(written: object, expected: datetime) -> None:
    assert read_date(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        *(None, "", "yesterday", True, [], {}, 10**40, -(10**40), float("nan"), float("inf"), "9" * 5000),
        *("2023-13-45", "2023-6-40@16h13m22s", "0001-01-01T00:00:00+23:59"),
    ],
)
def test_what_is_no_time_is_none(written: object) -> None:
    assert read_date(written) is None


def test_a_time_is_written_in_utc() -> None:
    assert write_date(MOMENT) == "2023-06-19T16:13:22Z"
    assert read_date(write_date(MOMENT.replace(microsecond=7))) == MOMENT.replace(microsecond=7)
