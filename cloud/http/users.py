"""Accounts: who works here, in which role, for which stores."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from msgspec import Meta

from cloud.http import gate
from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.identity import grants, people
from cloud.identity.grants import User
from cloud.identity.people import NewUser
from cloud.store.installation import Installation
from shared.access.labels import PERSONAL
from shared.access.roles import Role


class UserRow(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the office sees it; the password's hash never leaves this way."""

    user: str
    name: Annotated[str, Meta(extra={"label": PERSONAL})]
    role: Role
    stores: tuple[str, ...]
    language: str
    revoked: bool


class Users(msgspec.Struct, frozen=True, kw_only=True):
    items: list[UserRow]


def _row(user: User) -> UserRow:
    return UserRow(
        user=user.user,
        name=user.name,
        role=user.role,
        stores=user.stores,
        language=user.language,
        revoked=user.revoked,
    )


@get("/v1/master/users", permission="access.manage", scope=gate.CHAIN, answers=Users, sync_to_thread=True)
def list_users(asker: NamedDependency[Asker]) -> Answer:
    """Everybody with an account."""
    with asker.store.reading() as reading:
        return answer(Users(items=[_row(user) for user in grants.users(reading)]), asker)


@post(
    "/v1/users",
    permission="access.manage",
    scope=gate.CHAIN,
    body=NewUser,
    answers=UserRow,
    status_code=200,
    sync_to_thread=True,
)
def keep_user(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    asked: NamedDependency[NewUser],
) -> Answer:
    """Make an account or change one; the stores it covers hear of it by the feed."""
    return answer(_row(people.keep(installation, asker.store, asked, asker.principal)), asker)


router = Router("/", route_handlers=[list_users, keep_user])
