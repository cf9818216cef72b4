import pytest

from edge.messages.keys import DeviceKeys, RegistryKeys


@pytest.fixture(scope="session")
def device_keys() -> DeviceKeys:
    return DeviceKeys.generate()


@pytest.fixture(scope="session")
def registry_keys() -> RegistryKeys:
    return RegistryKeys.generate()
