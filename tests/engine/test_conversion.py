"""Copies of models in a type that is read faster."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from gguf import GGMLQuantizationType, GGUFReader

from engine import ModelError, convert, converted
from tests.engine.conftest import Bench, told, turn


def test_a_model_is_converted_once_and_plays(
    tiny_model: Path, tmp_path: Path, open_worker: Callable[..., Bench]
) -> None:
    copy = converted(tiny_model, tmp_path)
    convert(tiny_model, copy)
    types = {tensor.tensor_type for tensor in GGUFReader(copy).tensors}
    assert GGMLQuantizationType.Q8_0 in types
    assert copy.stat().st_size < tiny_model.stat().st_size
    assert [file.name for file in copy.parent.iterdir()] == [copy.name]
    assert open_worker(copy).play(told(turn(1)))[0]


def test_another_version_of_a_model_has_another_copy(tiny_model: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(tiny_model.read_bytes())
    before = converted(model, tmp_path)
    assert converted(model, tmp_path) == before
    os.utime(model, (1, 1))
    assert converted(model, tmp_path) != before


@pytest.mark.parametrize("place", ["no model", "no folder"])
def test_what_cannot_be_converted_leaves_nothing(tiny_model: Path, tmp_path: Path, place: str) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF and no more")
    (tmp_path / "file").touch()
    model, folder = (bad, tmp_path) if place == "no model" else (tiny_model, tmp_path / "file")
    target = converted(model, folder)
    with pytest.raises(ModelError, match="could not be converted"):
        convert(model, target)
    assert {file.name for file in tmp_path.rglob("*") if file.is_file()} == {"bad.gguf", "file"}


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"missing\.gguf cannot be loaded: the file cannot be read"):
        converted(tmp_path / "missing.gguf", tmp_path)
