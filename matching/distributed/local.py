"""A Ray of this machine alone: for tests, the bench, and a centre with one large machine."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def local_ray(*, cpus: int, object_store: int = 80_000_000) -> Iterator[None]:
    """Start Ray's processes on 127.0.0.1, and end them. They report to nobody and write into a folder of their own.

    Whoever connects needs a token that only this process and its children have; without one given, Ray would make
    one and keep it in the home folder. Errors: RuntimeError if Ray runs already.
    """
    folder = tempfile.mkdtemp(prefix="ray-")
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_AUTH_TOKEN=secrets.token_hex(32))
    import ray  # after the variables, and only here: whoever asks for this module may have no Ray

    if ray.is_initialized():
        raise RuntimeError("Ray runs in this process already")
    try:
        ray.init(
            num_cpus=cpus,
            include_dashboard=False,
            object_store_memory=object_store,
            log_to_driver=False,
            _system_config={"automatic_object_spilling_enabled": False},  # templates do not belong on a disk
            logging_level="WARNING",
            _node_ip_address="127.0.0.1",
            _temp_dir=folder,
        )
        yield
    finally:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)
