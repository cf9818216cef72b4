"""The people of the centre: one for each role of DOMAIN's table, two where the law wants two, each with a log-in."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from panah.story.client import Client
from registry.access.accounts import Accounts
from registry.access.passwords import Passwords
from registry.bootstrap import Registry

POSTS: Mapping[str, str] = {
    "outreach": "outreach",
    "screening": "screening",
    "psychologist": "psychologist",
    "clinician": "clinician",
    "social-worker": "social_worker",
    "social-worker-2": "social_worker",
    "case-manager": "case_manager",
    "case-manager-2": "case_manager",
    "legal-officer": "legal_officer",
    "centre-manager": "centre_manager",
    "county-officer": "county_officer",
    "reviewer": "reviewer",
    "reviewer-2": "reviewer",
    "safeguarding-officer": "safeguarding_officer",
    "administrator": "administrator",
    "association": "ngo",
    "case-manager-away": "case_manager",
    "county-officer-away": "county_officer",
}


@dataclass(frozen=True, slots=True)
class Hired:
    """Somebody with an account: the name to log in with, the password, the name, the role."""

    name: str
    password: str
    full_name: str
    role: str


class Staff:
    """`staff["case-manager"]` is that person, logged in."""

    def __init__(self, people: Mapping[str, Client]) -> None:
        self._people = people

    def __getitem__(self, name: str) -> Client:
        return self._people[name]

    def __iter__(self) -> Iterator[Client]:
        return iter(self._people.values())


def hire(registry: Registry, full_names: tuple[str, ...]) -> list[Hired]:
    """Accounts, as an administrator makes them before the first shift."""
    accounts = Accounts(database=registry.database, trail=registry.trail, clock=registry.clock, passwords=Passwords())
    hired = []
    for (name, role), full_name in zip(POSTS.items(), full_names, strict=False):
        one = Hired(name, secrets.token_urlsafe(12), full_name, role)
        accounts.add(name=one.name, password=one.password, roles=[role], actor="story", full_name=full_name)
        hired.append(one)
    return hired


def log_in_all(address: str, hired: list[Hired]) -> Staff:
    people = {}
    for one in hired:
        client = Client(address, name=one.name, password=one.password, full_name=one.full_name, role=one.role)
        client.log_in()
        people[one.name] = client
    return Staff(people)
