"""Devices come and go by an administrator's hand."""

import pytest

from edge.messages.keys import DeviceKeys
from registry.bootstrap import Registry
from registry.devices import service as devices
from registry.errors import DeviceExists, DeviceNameInvalid, DeviceUnknown
from tests.registry.house import StillClock


def add(registry: Registry, name: str, keys: DeviceKeys | None = None) -> DeviceKeys:
    keys = keys or DeviceKeys.generate()
    with registry.database.writing() as work:
        devices.register(
            work, name=name, team="گشت", public=keys.public, actor="reza", trail=registry.trail, clock=registry.clock
        )
        work.commit()
    return keys


def revoke(registry: Registry, name: str) -> None:
    with registry.database.writing() as work:
        devices.revoke(work, name=name, actor="reza", trail=registry.trail, clock=registry.clock)
        work.commit()


def test_a_registered_device_is_listed_with_its_key_and_team(registry: Registry) -> None:
    keys = add(registry, "van-1")
    with registry.database.reading() as work:
        (view,) = devices.list_devices(work)
        assert devices.public_keys(work, {"van-1", "van-2"}) == {"van-1": (keys.public,)}
    assert (view.name, view.team, view.key_ids, view.revoked_at) == ("van-1", "گشت", (keys.public.key_id,), None)


def test_a_revoked_device_has_no_usable_key_but_what_it_signed_before_can_be_opened(registry: Registry) -> None:
    keys = add(registry, "van-1")
    revoke(registry, "van-1")
    with registry.database.reading() as work:
        assert devices.public_keys(work, {"van-1"}) == {}
        assert devices.all_public_keys(work, {"van-1"}) == {"van-1": (keys.public,)}


def test_revoking_twice_keeps_the_first_date(registry: Registry, clock: StillClock) -> None:
    add(registry, "van-1")
    revoke(registry, "van-1")
    first = clock.now()
    clock.forward(days=1)
    revoke(registry, "van-1")
    with registry.database.reading() as work:
        assert devices.list_devices(work)[0].revoked_at == first


def test_a_name_is_given_once_even_after_revoking(registry: Registry) -> None:
    add(registry, "van-1")
    revoke(registry, "van-1")
    with pytest.raises(DeviceExists, match="van-1"):
        add(registry, "van-1")


@pytest.mark.parametrize("name", ["", "Van-1", "van 1", "van/1", "+", "#", "-van", "ون", "v" * 65])
def test_a_name_that_would_not_fit_a_topic_is_refused(registry: Registry, name: str) -> None:
    with pytest.raises(DeviceNameInvalid):
        add(registry, name)


def test_an_unknown_device_cannot_be_revoked(registry: Registry) -> None:
    with pytest.raises(DeviceUnknown, match="panah device list"):
        revoke(registry, "van-9")
