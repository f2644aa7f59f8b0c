import pytest
from gray_code import gray_code


def test_three_bits():
    assert gray_code(3) == [0b000, 0b001, 0b011, 0b010, 0b110, 0b111, 0b101, 0b100]


def test_no_bits_leave_only_zero():
    assert gray_code(0) == [0]


@pytest.mark.parametrize("bits", [1, 4, 7])
def test_every_number_appears_once(bits):
    assert sorted(gray_code(bits)) == list(range(2**bits))


def test_neighbours_differ_in_one_bit_also_around_the_end():
    code = gray_code(6)

    for here, there in zip(code, code[1:] + code[:1], strict=True):
        assert (here ^ there).bit_count() == 1


def test_the_second_half_mirrors_the_first_with_the_top_bit_set():
    code = gray_code(5)

    assert code[16:] == [number + 16 for number in reversed(code[:16])]


def test_a_negative_number_of_bits_is_refused():
    with pytest.raises(ValueError):
        gray_code(-1)
