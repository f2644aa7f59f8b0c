import pytest
from transform_matrix import transform_matrix


def near(numbers):
    return pytest.approx(numbers, abs=1e-9)


def apply(matrix, x, y):
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


@pytest.mark.parametrize(
    ("text", "matrix"),
    [
        ("translate(3 4)", (1, 0, 0, 1, 3, 4)),
        ("translate(3)", (1, 0, 0, 1, 3, 0)),
        ("scale(2)", (2, 0, 0, 2, 0, 0)),
        ("scale(2, -1)", (2, 0, 0, -1, 0, 0)),
        ("rotate(90)", (0, 1, -1, 0, 0, 0)),
        ("skewX(45)", (1, 0, 1, 1, 0, 0)),
        ("skewY(45)", (1, 1, 0, 1, 0, 0)),
        ("matrix(1 2 3 4 5 6)", (1, 2, 3, 4, 5, 6)),
    ],
)
def test_each_function(text, matrix):
    assert transform_matrix(text) == near(matrix)


def test_the_rightmost_acts_first():
    assert apply(transform_matrix("translate(10) scale(2)"), 1, 0) == near((12, 0))
    assert apply(transform_matrix("scale(2) translate(10)"), 1, 0) == near((22, 0))


def test_turning_around_a_point_leaves_it_where_it_is():
    matrix = transform_matrix("rotate(90 5 7)")

    assert apply(matrix, 5, 7) == near((5, 7))
    assert apply(matrix, 6, 7) == near((5, 8))


def test_three_in_a_row_do_what_they_do_one_by_one():
    point = (2, 3)
    for text in ("matrix(1 .5 -2 3 0 1)", "rotate(30)", "translate(5,-1)"):
        point = apply(transform_matrix(text), *point)

    whole = transform_matrix("translate(5,-1) rotate(30) matrix(1 .5 -2 3 0 1)")

    assert apply(whole, 2, 3) == near(point)


@pytest.mark.parametrize(
    "text",
    [
        "translate(1,2)scale(3)",
        " translate( 1 , 2 ),\n scale (3) ",
        "translate(1e0 2.0) , scale(3.)",
    ],
)
def test_ways_to_write_it(text):
    assert transform_matrix(text) == near((3, 0, 0, 3, 1, 2))


def test_blank_text_changes_nothing():
    assert transform_matrix("") == transform_matrix(" \n") == (1, 0, 0, 1, 0, 0)


@pytest.mark.parametrize(
    "text",
    ["turn(90)", "scale()", "scale(1 2 3)", "rotate(1 2)", "skewX(1 2)", "matrix(1 2)", "scale(a)"]
    + ["scale(2", "scale 2", "translate(1) x", "translate(1 2 3)"],
)
def test_what_is_no_transform_is_refused(text):
    with pytest.raises(ValueError):
        transform_matrix(text)
