"""An office on each database."""

import pytest

from registry.bootstrap import Registry
from tests.registry.cases.office import Office
from tests.registry.house import StillClock


@pytest.fixture
def office(registry: Registry, clock: StillClock) -> Office:
    return Office(registry, clock)
