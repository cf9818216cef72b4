"""Which instructions the kernel was compiled for."""

from llvmlite import binding


def instruction_set() -> str:
    """The processor's name and the widest popcount that it has."""
    has = binding.get_host_cpu_features()
    if has.get("avx512vpopcntdq"):
        popcount = "AVX-512 VPOPCNTDQ"
    elif has.get("avx512bw"):
        popcount = "AVX-512 BW"
    elif has.get("avx2"):
        popcount = "AVX2"
    elif has.get("neon"):
        popcount = "NEON"
    else:
        popcount = "scalar popcount"
    return f"{binding.get_host_cpu_name()}, {popcount}"
