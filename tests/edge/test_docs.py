"""The administrator's page names every setting and every topic."""

from pathlib import Path

import pytest

from edge.config import TabletConfig
from edge.messages.topics import capture_topic, receipt_topic, result_topic

PAGE = (Path(__file__).parents[2] / "docs" / "tablet.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", [name for name in TabletConfig.model_fields if name != "folder"])
def test_every_setting_is_explained(setting: str) -> None:
    assert f"| `{setting}` |" in PAGE


@pytest.mark.parametrize("topic", [capture_topic, receipt_topic, result_topic])
def test_every_topic_is_named(topic) -> None:
    assert f"`{topic('<device>')}`" in PAGE
