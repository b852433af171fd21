"""Files that are no models, or claim to be impossible ones: a sentence, whatever becomes of the process that loads."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from struct import pack

import pytest

from engine import Engine, EngineSettings, ModelError
from tests.engine.conftest import GREEDY, told, turn
from tests.tiny_gguf import CHATML

UINT32, FLOAT32, STRING, ARRAY = 4, 6, 8, 9
HUGE = 1 << 62


def text(value: str) -> bytes:
    return pack("<Q", len(value)) + value.encode()


def gguf(rest: bytes = b"", *, tensors: int = 0, values: int = 0, version: int = 3) -> bytes:
    return b"GGUF" + pack("<IQQ", version, tensors, values) + rest


ARCHITECTURE = text("general.architecture") + pack("<I", STRING) + text("llama")
NO_MODELS = {
    "empty": b"",
    "a letter": b"Dear Mira",
    "noise": b"GGUF" + bytes(range(256)) * 20,
    "an unknown version": gguf(version=0xFFFFFFFF) * 100,
    "nothing in it": gguf(),
    "more values than bytes": gguf(ARCHITECTURE, values=HUGE),
    "more tensors than bytes": gguf(ARCHITECTURE, values=1, tensors=HUGE),
    "a name without end": gguf(pack("<Q", HUGE) + b"general", values=1),
    "a text without end": gguf(text("general.architecture") + pack("<IQ", STRING, HUGE) + b"llama", values=1),
    "a list without end": gguf(text("tokens") + pack("<IIQ", ARRAY, UINT32, HUGE), values=1),
    "a list of 64 GiB": gguf(text("tokens") + pack("<IIQ", ARRAY, UINT32, 1 << 34), values=1),
    "a list of a million million texts": gguf(text("tokens") + pack("<IIQ", ARRAY, STRING, 10**12), values=1),
    "a value of no type": gguf(text("general.architecture") + pack("<II", 99, 0), values=1),
    "an architecture that is a number": gguf(text("general.architecture") + pack("<II", UINT32, 7), values=1),
    "a tensor without end": gguf(
        ARCHITECTURE + text("token_embd.weight") + pack("<IQQIQ", 2, 1 << 40, 1 << 40, 0, 0), values=1, tensors=1
    ),
    "a tensor of fewer than none": gguf(
        ARCHITECTURE + text("token_embd.weight") + pack("<IQIQ", 1, (1 << 64) - 5, 0, 0), values=1, tensors=1
    ),
}
CHANGES = {
    "no layers": ("llama.block_count", UINT32, 0),
    "a thousand million layers": ("llama.block_count", UINT32, 10**9),
    "layers that are no number": ("llama.block_count", FLOAT32, 0),
    "no heads": ("llama.attention.head_count", UINT32, 0),
    "more heads than width": ("llama.attention.head_count", UINT32, 1000),
    "no width": ("llama.embedding_length", UINT32, 0),
    "another width than its tensors": ("llama.embedding_length", UINT32, 4096),
    "an end that is no token": ("tokenizer.ggml.bos_token_id", FLOAT32, 0),
}
RENAMED = {
    "no tokenizer": "tokenizer.ggml.model",
    "no vocabulary": "tokenizer.ggml.tokens",
    "no merges": "tokenizer.ggml.merges",
    "no architecture": "general.architecture",
    "no tensor for its words": "token_embd.weight",
}


async def load(path: Path) -> None:
    async with Engine.open(EngineSettings(model=path, window=512, log=path.with_name("log"))):
        pass


def refuse(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"^The model .*bad\.gguf cannot be loaded: [^\n]+[^.]\.$"):
        asyncio.run(load(path))


@pytest.mark.parametrize("content", NO_MODELS.values(), ids=NO_MODELS)
def test_a_file_that_is_no_model_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    refuse(tmp_path / "bad.gguf", content)


@pytest.mark.parametrize("part", [0.01, 0.1, 0.5, 0.999])
def test_so_is_a_model_that_is_cut(tmp_path: Path, tiny_model: Path, part: float) -> None:
    data = tiny_model.read_bytes()
    refuse(tmp_path / "bad.gguf", data[: int(len(data) * part)])


@pytest.mark.parametrize(("key", "type", "value"), CHANGES.values(), ids=CHANGES)
def test_so_is_one_that_claims_the_impossible(
    tmp_path: Path, tiny_model: Path, key: str, type: int, value: int
) -> None:
    old = re.compile(re.escape(key.encode()) + b"....", re.DOTALL)
    changed, count = old.subn(key.encode() + pack("<I", type), tiny_model.read_bytes(), count=1)
    at = changed.index(key.encode()) + len(key) + 4
    assert count == 1
    refuse(tmp_path / "bad.gguf", changed[:at] + pack("<I", value) + changed[at + 4 :])


@pytest.mark.parametrize("key", RENAMED.values(), ids=RENAMED)
def test_so_is_one_that_lacks_what_it_needs(tmp_path: Path, tiny_model: Path, key: str) -> None:
    data, name = tiny_model.read_bytes(), key.encode()
    assert name in data
    refuse(tmp_path / "bad.gguf", data.replace(name, name[:-1] + b"?", 1))


def test_so_is_one_whose_vocabulary_is_empty(tmp_path: Path, tiny_model: Path) -> None:
    data = tiny_model.read_bytes()
    changed = data.replace(text("gpt2"), text("no_vocab")).replace(text(CHATML), text(CHATML[:-4]))
    assert changed != data
    assert len(changed) == len(data)
    refuse(tmp_path / "bad.gguf", changed)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.gguf"
    path.write_bytes(NO_MODELS["more tensors than bytes"])
    return path


async def test_the_model_that_is_there_stays_when_another_cannot_be_loaded(bad: Path, tiny_model: Path) -> None:
    settings = EngineSettings(model=tiny_model, window=512, parallel=1, threads=1)
    async with Engine.open(settings) as engine:
        with pytest.raises(ModelError, match="bad"):
            await engine.load(replace(settings, model=bad, log=bad.with_name("log")))
        async with engine.stream("a", told(turn(1)), GREEDY) as stream:
            assert "".join([text async for text in stream])
