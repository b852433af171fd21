import pytest

from bot.roleplay.config import PlaySettings
from engine import InvalidSampling, Sampling


def test_a_reply_is_sampled_as_set() -> None:
    settings = PlaySettings(
        reply_tokens=80, temperature=0.5, top_k=20, top_p=0.9, min_p=0.1, repeat_penalty=1.2, repeat_last_n=64
    )
    assert settings.sampling(seed=3) == Sampling(
        temperature=0.5, top_k=20, top_p=0.9, min_p=0.1, repeat_penalty=1.2, repeat_last_n=64, max_tokens=80, seed=3
    )


@pytest.mark.parametrize(("tokens", "expected"), [(None, 80), (60, 60), (200, 80)])
def test_a_reply_is_never_longer_than_set(tokens: int | None, expected: int) -> None:
    assert PlaySettings(reply_tokens=80).sampling(seed=None, tokens=tokens).max_tokens == expected


def test_nonsense_is_refused() -> None:
    with pytest.raises(InvalidSampling, match="max_tokens = 0"):
        PlaySettings(reply_tokens=0).sampling(seed=None)
