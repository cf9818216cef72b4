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


def _read(kind: Any) -> Callable[[ir.IRBuilder, Any], Any]:
    return lambda builder, address: builder.load(builder.inttoptr(address, kind.as_pointer()), align=8)


def _count(builder: ir.IRBuilder, value: Any) -> Any:
    kind, name = ir.FunctionType(_VECTOR, [_VECTOR]), f"llvm.ctpop.v{LANES}i64"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [value])


def _least(builder: ir.IRBuilder, first: Any, second: Any) -> Any:
    return builder.select(builder.icmp_signed("<", first, second), first, second)


def _narrow(builder: ir.IRBuilder, value: Any, address: Any) -> Any:
    narrow = ir.VectorType(_INDEX, LANES)
    builder.store(builder.trunc(value, narrow), builder.inttoptr(address, narrow.as_pointer()), align=4)
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
read_word = _of_one(types.uint64, types.intp, _read(_WORD))
spread = _of_one(lanes, types.uint64, _spread)
"""One word in every lane."""
count = _of_one(lanes, lanes, _count)
"""Bits set, lane by lane."""
both = _of_two(lanes, lanes, lambda builder, a, b: builder.and_(a, b))
unlike = _of_two(lanes, lanes, lambda builder, a, b: builder.xor(a, b))
plus = _of_two(lanes, lanes, lambda builder, a, b: builder.add(a, b))
scaled = _of_two(lanes, types.uint64, _scaled)
"""Each lane times one number; both under 2³²."""
minus = _of_two(lanes, lanes, lambda builder, a, b: builder.sub(a, b))
least = _of_two(lanes, lanes, _least)
"""The lesser (signed), lane by lane."""
write_narrow = _of_two(types.intp, types.intp, _narrow)
"""Eight int32 to an address; each lane must fit."""
first_marks = _of_one(types.uint64, types.intp, _marks(1))
second_marks = _of_one(types.uint64, types.intp, _marks(2))
"""64 bytes from an address, as a word: bit k is bit 0 (or bit 1) of byte k."""
