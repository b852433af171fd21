"""What the bench shows and writes can be read, by people and by programs."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from bench.chart import draw
from bench.figures import EXPECTED, Figure, Missing, Series
from bench.report import Findings, Screen
from bot.__main__ import cli
from engine import EngineSettings

SVG = "{http://www.w3.org/2000/svg}"
SERIES = Series("one story", "Troupe & friends", (0.2, 0.25, 3.0, 0.2), trims=(3,))


def test_the_json_names_what_was_missed(settings: EngineSettings) -> None:
    findings = Findings(settings)
    for result in (
        Figure("history_reread_ratio", 0.001),
        Figure("ttft_slope", 2.0),
        Figure("read_rate", 400.0),
        SERIES,
        Missing("llama-server", "it has ended"),
    ):
        findings.add(result)
    found = json.loads(findings.as_json())
    assert found["figures"] == {"history_reread_ratio": 0.001, "ttft_slope": 2.0, "read_rate": 400.0}
    assert found["expected"] == {"history_reread_ratio": "≤ 0.02", "ttft_slope": "≤ 1.25"}
    assert found["missed"] == ["ttft_slope"]
    assert found["missing"] == {"llama-server": "it has ended"}
    assert found["ttft"] == [
        {"trace": "one story", "client": "Troupe & friends", "ttft_s": [0.2, 0.25, 3.0, 0.2], "trims": [3]}
    ]
    assert found["model"]["bytes"] > 0
    assert found["machine"].keys() >= {"processor", "system", "python", "llama_cpp"}


def test_the_table_is_plain_where_it_is_no_terminal() -> None:
    out, progress = io.StringIO(), io.StringIO()
    screen = Screen(out, progress)
    for done in (1, 2):
        screen.tick("one story: Troupe", done, 2)
    screen.row(Figure("ttft_slope", 2.0))
    screen.row(Figure("batch_efficiency_8", 0.95))
    screen.row(Missing("llama-server", "it has ended"))
    slope, batch, missing = out.getvalue().splitlines()
    assert slope.split()[:5] == ["ttft_slope", "2", "≤", "1.25", "MISSED"]
    assert batch.split()[:5] == ["batch_efficiency_8", "0.95", "≥", "0.9", "met"]
    assert missing == "llama-server: it has ended"
    assert "\x1b" not in out.getvalue() + progress.getvalue()
    assert progress.getvalue().count("one story: Troupe") == 1


@pytest.mark.parametrize("series", [[], [SERIES], [SERIES] * 5, [Series("one story", "a", (0.0,), (1,))]])
def test_the_picture_is_whole(series: list[Series]) -> None:
    picture = ElementTree.fromstring(draw(series))
    lines = picture.findall(f".//{SVG}polyline")
    assert [len(line.attrib["points"].split()) for line in lines] == [len(one.ttft_s) for one in reversed(series)]
    texts = [text.text for text in picture.iter(f"{SVG}text")]
    assert all(one.client in texts for one in series)
    dots = [dot for dot in picture.iter(f"{SVG}circle") if dot.attrib["r"] == "2.5"]
    assert len(dots) == sum(len(one.trims) for one in series)
    width, height = map(float, picture.attrib["viewBox"].split()[2:])
    for line in lines:
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_every_bound_is_kept_by_itself() -> None:
    assert all(expected.is_met(expected.bound) for expected in EXPECTED.values())
    assert not EXPECTED["ttft_slope"].is_met(1.3)
    assert not EXPECTED["batch_efficiency_8"].is_met(0.8)


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    ended = CliRunner().invoke(cli, ["bench", "--json", str(tmp_path / "no" / "figures.json")])
    assert ended.exit_code == 2
    assert "figures.json" in ended.output
