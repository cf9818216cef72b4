"""Teams and workers, and the children they meet."""

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
