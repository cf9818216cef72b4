"""Those who miss a child, and the workers of the children whom they may mean."""

from tests.registry.children.conftest import (
    app,
    desk,
    log_in,
    officer,
    omid,
    passwords,
    sara,
    scene,
    stranger,
    templates,
    worker,
    zahra,
)

__all__ = [
    "app", "desk", "log_in", "officer", "omid", "passwords", "sara", "scene", "stranger", "templates", "worker",
    "zahra",
]  # fmt: skip
