import json

import pytest

from characters.formats.specs import Target, in_spec

V2_FIELDS = {
    **dict.fromkeys(
        "name description personality scenario first_mes mes_example creator_notes system_prompt "
        "post_history_instructions creator character_version".split(),
        "",
    ),
    "alternate_greetings": [],
    "tags": [],
    "extensions": {},
}
V3_FIELDS = V2_FIELDS | {"group_only_greetings": []}


@pytest.mark.parametrize(
    ("target", "head", "fields"),
    [("v2", ["chara_card_v2", "2.0"], V2_FIELDS), ("v3", ["chara_card_v3", "3.0"], V3_FIELDS)],
)
def test_what_is_asked_for_is_added_and_the_rest_stays(
    target: Target, head: list[str], fields: dict[str, object]
) -> None:
    flat = {"name": "Ann", "tags": ["a"], "avatar": "none", "data": 5}
    assert json.loads(in_spec(json.dumps(flat), target)) == {
        "spec": head[0],
        "spec_version": head[1],
        "data": fields | flat,
    }
    for spec in ("chara_card_v2", "chara_card_v3", None):
        root = {"mirror": 1, "spec": spec, "data": {"name": "Ann", "assets": [1], "odd": {}}}
        assert json.loads(in_spec(json.dumps(root), target)) == {
            "spec": head[0],
            "spec_version": head[1],
            "mirror": 1,
            "data": fields | {"name": "Ann", "assets": [1], "odd": {}},
        }


def test_a_whole_card_stays_as_it_is_written() -> None:
    for target, spec, fields in (("v2", "chara_card_v2", V2_FIELDS), ("v3", "chara_card_v3", V3_FIELDS)):
        written = json.dumps({"spec": spec, "spec_version": f"{target[1]}.0", "data": fields}, indent=5)
        assert in_spec(written, "v2" if target == "v2" else "v3") == written


def test_a_version_to_come_keeps_its_number() -> None:
    written = json.dumps({"spec": "chara_card_v3", "spec_version": "3.1", "data": {"name": "Ann"}})
    assert json.loads(in_spec(written, "v3"))["spec_version"] == "3.1"
    assert json.loads(in_spec(written, "v2"))["spec_version"] == "2.0"
