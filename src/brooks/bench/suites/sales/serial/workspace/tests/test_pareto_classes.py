import pytest
from pareto_classes import pareto_classes


def test_few_products_make_most_of_the_revenue():
    revenues = {"bulb": 3, "lamp": 70, "chair": 15, "table": 10, "sofa": 2}

    assert pareto_classes(revenues) == {
        "lamp": "A",
        "chair": "A",
        "table": "B",
        "bulb": "C",
        "sofa": "C",
    }


def test_just_below_the_limits_the_class_goes_on():
    revenues = {"a": 799, "b": 150, "c": 50, "d": 1}

    assert pareto_classes(revenues) == {"a": "A", "b": "A", "c": "B", "d": "C"}


def test_just_at_the_limits_the_next_class_begins():
    assert pareto_classes({"a": 80, "b": 15, "c": 5}) == {"a": "A", "b": "B", "c": "C"}
    assert pareto_classes({"a": 79, "b": 16, "c": 5}) == {"a": "A", "b": "A", "c": "C"}


def test_the_most_important_stand_first_and_equal_ones_alphabetically():
    assert list(pareto_classes({"c": 5, "b": 9, "a": 5, "d": 0})) == ["b", "a", "c", "d"]


def test_one_product_is_important():
    assert pareto_classes({"lamp": 1}) == {"lamp": "A"}


@pytest.mark.parametrize(
    ("revenues", "classes"), [({}, {}), ({"b": 0, "a": 0}, {"a": "C", "b": "C"})]
)
def test_without_revenue_nothing_is_important(revenues, classes):
    assert pareto_classes(revenues) == classes


def test_the_classes_come_in_their_order_and_do_not_depend_on_the_currency():
    revenues = {f"p{n}": n**3 % 977 for n in range(60)}

    classes = pareto_classes(revenues)

    assert "".join(classes.values()) == "".join(sorted(classes.values()))
    assert set(classes.values()) == {"A", "B", "C"}
    assert classes == pareto_classes({name: 10**18 * value for name, value in revenues.items()})


def test_a_negative_revenue_is_refused():
    with pytest.raises(ValueError):
        pareto_classes({"lamp": 5, "chair": -1})
