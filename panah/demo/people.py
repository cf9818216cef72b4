"""The demo's login and its vans' identities, made as an administrator would make them."""

from dataclasses import dataclass, field
from pathlib import Path

from edge.config import write_config
from edge.messages.keys import DeviceKeys
from panah.demo.house import House
from registry.access.accounts import Accounts
from registry.access.passwords import Passwords
from registry.bootstrap import Registry
from registry.devices.service import register

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@dataclass(frozen=True, slots=True)
class Login:
    name: str
    password: str = field(repr=False)


def add_person(registry: Registry, *, name: str, password: str) -> Login:
    """One person who may look at everything of this run."""
    accounts = Accounts(database=registry.database, trail=registry.trail, clock=registry.clock, passwords=Passwords())
    roles = ["administrator", "case_manager", "screening"]
    accounts.add(name=name, password=password, roles=roles, actor="demo", full_name="کاربر نمایش")
    return Login(name, password)


def provision(standing: House, folder: Path, *, number: int) -> Path:
    """A van's tablet: keys, registration, settings. The settings' path."""
    registry, keys, device = standing.registry, DeviceKeys.generate(), f"van-{number}"
    label = f"ون {number}".translate(_PERSIAN_DIGITS)
    with registry.database.writing() as work:
        register(
            work,
            name=device,
            team=f"گروه {number}".translate(_PERSIAN_DIGITS),
            public=keys.public,
            actor="demo",
            trail=registry.trail,
            clock=registry.clock,
        )
        work.commit()
    return write_config(
        folder,
        device=device,
        label=label,
        team=label,
        broker=str(standing.settings.broker_url),
        device_keys=keys,
        registry_public=registry.keyring.public,
        scanner="serial:/dev/null",
    )
