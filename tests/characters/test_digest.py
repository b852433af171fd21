import json
from typing import Any

import pytest

from characters import digest_of, read_card
from tests.characters.pictures import V1, coded, json_bytes, png, text


def digest(data: bytes) -> str:
    return digest_of(read_card(data, source="a"))


BASE: dict[str, Any] = {
    "spec": "chara_card_v3",
    "spec_version": "3.0",
    "data": V1 | {"extensions": {"a": [1, {"b": 2}]}},
}


def test_the_same_card_is_known_again_in_any_dress() -> None:
    flat = BASE["data"]
    turned = {name: flat[name] for name in reversed(flat)}
    older = {"spec": "chara_card_v2", "spec_version": "2.0", "data": turned}
    dated = {**BASE, "data": flat | {"modification_date": 5, "creation_date": 1, "assets": []}}
    dressed = (
        json_bytes(BASE),
        json.dumps(BASE, indent=3).encode(),
        json_bytes(older),
        json_bytes(dated),
        json_bytes(flat),
    )
    assert len({digest(data) for data in (*dressed, png(text(b"chara", coded(older))))}) == 1


@pytest.mark.parametrize("change", [{"description": "A miller."}, {"extensions": {}}, {"tags": ["x"]}, {"odd": 1}])
def test_another_card_is_another(change: dict[str, Any]) -> None:
    assert digest(json_bytes(BASE)) != digest(json_bytes({**BASE, "data": BASE["data"] | change}))
