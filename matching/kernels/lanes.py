"""Eight rows at once: a numba type for eight 64-bit words, and the few operations that a scan of them needs.

Eight rows lie with their words side by side, so one vector instruction counts for all eight and nothing is added
up across a register. LLVM makes AVX-512, AVX2 or plain instructions of the same text, whichever the machine has.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

LANES = 8
_WORD, _INDEX = ir.IntType(64), ir.IntType(32)
_VECTOR = ir.VectorType(_WORD, LANES)


class _Lanes(types.Type):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(name="Lanes8")


lanes = _Lanes()


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


def _of_one(result: Any, given: Any, build: Callable[[ir.IRBuilder, Any], Any]) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]
    def operation(_typing_context: Any, _a: Any) -> Any:
        return result(given), lambda _context, builder, _signature, given: build(builder, given[0])

    return operation


def _of_two(result: Any, second: Any, build: Callable[[ir.IRBuilder, Any, Any], Any]) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]
    def operation(_typing_context: Any, _a: Any, _b: Any) -> Any:
        return result(lanes, second), lambda _context, builder, _signature, given: build(builder, *given)

    return operation


def _spread(builder: ir.IRBuilder, word: Any) -> Any:
    undefined = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(undefined, word, ir.Constant(_INDEX, 0))
    return builder.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(_INDEX, LANES), [0] * LANES))


def _read(kind: Any, *, settled: bool = False) -> Callable[[ir.IRBuilder, Any], Any]:
    def build(builder: ir.IRBuilder, address: Any) -> Any:
        loaded = builder.load(builder.inttoptr(address, kind.as_pointer()), align=8)
        if settled:
            loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    return build


def _count(builder: ir.IRBuilder, value: Any) -> Any:
    kind, name = ir.FunctionType(_VECTOR, [_VECTOR]), f"llvm.ctpop.v{LANES}i64"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [value])


def _within(builder: ir.IRBuilder, value: Any, limit: Any) -> Any:
    near = builder.icmp_signed("<=", value, _spread(builder, limit))
    return builder.zext(builder.bitcast(near, ir.IntType(LANES)), _WORD)


def _write(builder: ir.IRBuilder, value: Any, address: Any) -> Any:
    builder.store(value, builder.inttoptr(address, _VECTOR.as_pointer()), align=8)
    return address


def _lowest(builder: ir.IRBuilder, word: Any) -> Any:
    return builder.cttz(word, ir.Constant(ir.IntType(1), 1))


def _sum(builder: ir.IRBuilder, value: Any) -> Any:
    kind, name = ir.FunctionType(_WORD, [_VECTOR]), f"llvm.vector.reduce.add.v{LANES}i64"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [value])


def _fetch(builder: ir.IRBuilder, address: Any) -> Any:
    pointer, flags = ir.IntType(8).as_pointer(), [ir.Constant(_INDEX, flag) for flag in (0, 3, 1)]
    kind = ir.FunctionType(ir.VoidType(), [pointer, _INDEX, _INDEX, _INDEX])
    fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
    builder.call(fetch, [builder.inttoptr(address, pointer), *flags])
    return address


def _marks(bit: int) -> Callable[[ir.IRBuilder, Any], Any]:
    kind = ir.VectorType(ir.IntType(8), 64)

    def build(builder: ir.IRBuilder, address: Any) -> Any:
        taken = builder.load(builder.inttoptr(address, kind.as_pointer()), align=1)
        set_ = builder.icmp_unsigned(
            "!=", builder.and_(taken, ir.Constant(kind, [bit] * 64)), ir.Constant(kind, [0] * 64)
        )
        return builder.bitcast(set_, _WORD)

    return build


def _scaled(builder: ir.IRBuilder, value: Any, factor: Any) -> Any:
    low = _spread(builder, ir.Constant(_WORD, 0xFFFFFFFF))
    return builder.mul(builder.and_(value, low), builder.and_(_spread(builder, factor), low))


read_lanes = _of_one(lanes, types.intp, _read(_VECTOR))
"""Eight words from an address."""
read_settled = _of_one(lanes, types.intp, _read(_VECTOR, settled=True))
"""The same where nothing is written while the kernel runs: they stay in registers."""
read_word = _of_one(types.uint64, types.intp, _read(_WORD))
write_lanes = _of_two(types.intp, types.intp, _write)
spread = _of_one(lanes, types.uint64, _spread)
"""One word in every lane."""
count = _of_one(lanes, lanes, _count)
"""Bits set, lane by lane."""
total = _of_one(types.int64, lanes, _sum)
"""All lanes added up."""
both = _of_two(lanes, lanes, lambda builder, a, b: builder.and_(a, b))
unlike = _of_two(lanes, lanes, lambda builder, a, b: builder.xor(a, b))
plus = _of_two(lanes, lanes, lambda builder, a, b: builder.add(a, b))
minus = _of_two(lanes, lanes, lambda builder, a, b: builder.sub(a, b))
scaled = _of_two(lanes, types.uint64, _scaled)
"""Each lane times one number; both under 2³²."""
within = _of_two(types.int64, types.int64, _within)
"""Bit k is set where lane k (signed) is at most that."""
lowest = _of_one(types.int64, types.int64, _lowest)
"""The number of the lowest bit that is set, of a word that is not 0."""
fetch = _of_one(types.intp, types.intp, _fetch)
"""Have the cache line of an address brought near."""
first_marks = _of_one(types.uint64, types.intp, _marks(1))
second_marks = _of_one(types.uint64, types.intp, _marks(2))
"""64 bytes from an address, as a word: bit k is bit 0 (or bit 1) of byte k."""
