"""The figures for a person."""

from typing import Any

_PEERS = {
    "faiss": "faiss IndexBinaryFlat, no masks, 15 probes",
    "usearch": "usearch exact, no masks, 15 probes",
    "numpy": "plain numpy",
}


def report(figures: dict[str, Any]) -> str:
    f = figures
    lost = f"screening lost {f['missed']} of {f['missed_of']} own pairs under it, half of them within 0.04"
    return "\n".join(
        (
            f"{f['identities']} two-eyed identities, {f['rotations']} rotations, {f['probes']} probes",
            f"{f['threads']} threads ({f['threading_layer']}), {f['isa']}",
            *(_search(name, f[key]) for name, key in _SEARCHES),
            _beside("reading one eye", f["memory_read_ms"], f"{f['bytes_read'] / 1e6:.1f} MB", f["times_memory_read"]),
            *(_peer(f, name, about) for name, about in _PEERS.items()),
            f"both eyes take {f['times_both_eyes']:.2f} × one eye",
            f"32 searches at once keep {f['concurrent_share']:.0%} of the throughput of one after the other",
            f"threshold {f['within']:.3f}: {lost} (at most {f['missed_at_most']:.1e})",
            f"{f['adds_per_s']:.0f} templates added a second, {f['bytes_per_identity']:.0f} bytes an identity",
            _snapshot(f["snapshot_save_s"], f["snapshot_load_s"]),
            f"drawing and enrolling took {f['enrolling_s']:.0f} s{_compiling(f['compile_s'])}",
        )
    )


_SEARCHES = (
    ("one eye", "ms_per_search"),
    ("  met before", "ms_mated"),
    ("  strangers", "ms_non_mated"),
    ("both eyes", "ms_both_eyes"),
)


def _search(name: str, taken: dict[str, float]) -> str:
    return f"{name:18s}{taken['p50']:9.2f} ms   (95 %: {taken['p95']:.2f})"


def _peer(figures: dict[str, Any], name: str, about: str) -> str:
    taken, scale = figures[f"{name}_ms"], figures["scaled_by"].get(f"{name}_ms", 1.0)
    if taken is None:
        return f"{name:18s}  not run: {about}"
    scaled = f", scaled by {scale:.0f}" if scale > 1 else ""
    return _beside(name, taken, f"{about}{scaled}", figures[f"times_{name}"])


def _beside(name: str, taken: float, about: str, times: float) -> str:
    return f"{name:18s}{taken:9.2f} ms ({about}): a search of one eye is {times:.3f} ×"


def _snapshot(saved: float | None, loaded: float | None) -> str:
    if saved is None or loaded is None:
        return "a snapshot was not made: the disk has no room for it"
    return f"a sealed snapshot is written in {saved:.2f} s and loaded in {loaded:.2f} s"


def _compiling(seconds: float | None) -> str:
    return "" if seconds is None else f"; compiling the kernels takes {seconds:.0f} s once, at install"
