"""The order of names in a Persian list."""

from registry.names.collation import collation_key


def test_names_stand_in_the_order_of_the_persian_alphabet() -> None:
    wanted = ["آرش", "احمد", "بهرام", "پروین", "تورپیکی", "ټیپو", "جمال", "ځلا", "چمن", "حسن", "دلاور", "ذبیح", "رضا",
              "زهرا", "ژاله", "سارا", "شیرین", "ښکلا", "قاسم", "کریم", "گل‌نسا", "لیلا", "مریم", "نور", "ولی", "هادی",
              "یونس"]  # fmt: skip
    assert sorted(set(wanted), key=collation_key) == wanted
    assert sorted(wanted) != wanted


def test_the_keyboard_and_the_half_space_do_not_move_a_name() -> None:
    assert collation_key("علي")[0] == collation_key("علی")[0]
    assert collation_key("گل‌محمد")[0] == collation_key("گلمحمد")[0]
    assert collation_key("علی رضا") < collation_key("علیرضا")
