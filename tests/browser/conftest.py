"""A served registry with the people who use it, and a real browser before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from pydantic import SecretStr
from selenium import webdriver

from common.assets import AssetsMissing, require_assets
from registry.access.accounts import Accounts
from registry.access.passwords import Passwords
from registry.app import create_app
from registry.bootstrap import Registry
from registry.config import RegistrySettings
from registry.db import Database
from registry.migrations.run import migrate
from tests.browser import chromium
from tests.registry.web.scene import Scene
from tests.registry.web.serving import serve

PASSWORD = "four words of test"


@dataclass(frozen=True)
class Site:
    address: str
    scene: Scene
    accounts: Accounts

    def add(self, name: str, *roles: str) -> None:
        self.accounts.add(name=name, password=PASSWORD, roles=roles, actor="test")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Pages on SQLite, two vans, and three people: maryam (case manager), sima (screening), admin."""
    try:
        require_assets()
    except AssetsMissing as missing:
        pytest.skip(str(missing))
    settings = RegistrySettings(home=tmp_path / "home", database_url=SecretStr(f"sqlite:///{tmp_path / 'registry.db'}"))
    database = Database.open(settings.database)
    migrate(database)
    database.close()
    registry = Registry.open(settings)
    app = create_app(registry, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)))
    for name, role in (("maryam", "case_manager"), ("sima", "screening"), ("admin", "administrator")):
        app.state.web.accounts.add(name=name, password=PASSWORD, roles=[role], actor="test")
    with serve(app) as address:
        yield Site(address, Scene(web=registry), app.state.web.accounts)
    registry.close()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    if not chromium.is_here():
        pytest.skip(chromium.HOW_TO_INSTALL)
    with chromium.opened(tmp_path / "profile") as driver:
        yield driver
