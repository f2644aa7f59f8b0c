import pytest
from rounded_rectangle import rounded_rectangle


def near(numbers):
    return pytest.approx(numbers, abs=0.01)


def test_the_same_radius_everywhere(read_path):
    assert read_path(rounded_rectangle(10, 20, 100, 50, 8)) == [
        ("M", near([18, 20])),
        ("L", near([102, 20])),
        ("A", near([8, 8, 0, 0, 1, 110, 28])),
        ("L", near([110, 62])),
        ("A", near([8, 8, 0, 0, 1, 102, 70])),
        ("L", near([18, 70])),
        ("A", near([8, 8, 0, 0, 1, 10, 62])),
        ("L", near([10, 28])),
        ("A", near([8, 8, 0, 0, 1, 18, 20])),
        ("Z", []),
    ]


def test_each_corner_may_have_its_own(read_path):
    commands = read_path(rounded_rectangle(0, 0, 40, 40, (1, 2, 3, 4)))

    arcs = [numbers for letter, numbers in commands if letter == "A"]
    assert [numbers[0] for numbers in arcs] == near([2, 3, 4, 1])
    assert [numbers[5:] for numbers in arcs] == [
        near([40, 2]),
        near([37, 40]),
        near([0, 36]),
        near([1, 0]),
    ]


def test_a_sharp_corner_has_no_arc(read_path):
    sharp = read_path(rounded_rectangle(0, 0, 10, 10, 0))
    tab = read_path(rounded_rectangle(0, 0, 10, 10, (5, 5, 0, 0)))

    assert "".join(letter for letter, _ in sharp) == "MLLLLZ"
    assert "".join(letter for letter, _ in tab) == "MLALLLAZ"


def test_radii_that_do_not_fit_shrink_together(read_path):
    pill = read_path(rounded_rectangle(0, 0, 100, 40, 999))
    uneven = read_path(rounded_rectangle(0, 0, 100, 40, (60, 20, 0, 0)))

    assert {numbers[0] for letter, numbers in pill if letter == "A"} == {20}
    radii = [numbers[0] for letter, numbers in uneven if letter == "A"]
    assert radii == near([40 / 3, 40])


def test_it_never_leaves_the_rectangle(read_path):
    for letter, numbers in read_path(rounded_rectangle(-5, 5, 30, 20, (9, 40, 2, 17))):
        if letter != "Z":
            x, y = numbers[-2:]
            assert -5.01 <= x <= 25.01
            assert 4.99 <= y <= 25.01


@pytest.mark.parametrize(
    ("width", "height", "radii"),
    [(0, 5, 1), (5, -1, 1), (5, 5, -1), (5, 5, (1, 1, 1)), (5, 5, (1, 1, 1, -1))],
)
def test_what_is_no_rectangle_is_refused(width, height, radii):
    with pytest.raises(ValueError):
        rounded_rectangle(0, 0, width, height, radii)
