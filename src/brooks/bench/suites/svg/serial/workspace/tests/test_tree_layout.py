import pytest
from tree_layout import tree_layout

TREE = {"a": ["b", "c", "d"], "c": ["e", "f"], "f": ["g"]}


def test_parents_stand_above_the_middle_of_their_children():
    assert tree_layout(TREE, "a") == {
        "a": (60, 0),
        "b": (0, 50),
        "c": (60, 50),
        "e": (40, 100),
        "f": (80, 100),
        "g": (80, 150),
        "d": (120, 50),
    }


def test_the_order_is_that_of_a_walk():
    assert list(tree_layout(TREE, "a")) == ["a", "b", "c", "e", "f", "g", "d"]


def test_the_distances_can_be_chosen():
    assert tree_layout({"r": ["x", "y"]}, "r", 10, down=7) == {
        "r": (5, 0),
        "x": (0, 7),
        "y": (10, 7),
    }


def test_one_node_stands_at_zero_and_others_may_be_elsewhere():
    assert tree_layout({}, "a") == {"a": (0, 0)}
    assert tree_layout({"a": []}, "a") == {"a": (0, 0)}
    assert tree_layout(TREE, "f") == {"f": (0, 0), "g": (0, 50)}


def test_a_balanced_tree_is_symmetric():
    tree = {str(i): [str(2 * i), str(2 * i + 1)] for i in range(1, 16)}

    places = tree_layout(tree, "1", 2, 1)

    assert [places[str(i)][0] for i in range(16, 32)] == [2 * i for i in range(16)]
    assert places["1"] == (15, 0)
    assert places["2"][0] + places["3"][0] == 30


def test_very_deep_trees():
    tree = {str(i): [str(i + 1)] for i in range(5000)}

    places = tree_layout(tree, "0", 3, 2)

    assert len(places) == 5001
    assert places["5000"] == (0, 10000)


@pytest.mark.parametrize(
    "graph",
    [{"a": ["b", "c"], "b": ["d"], "c": ["d"]}, {"a": ["b"], "b": ["a"]}, {"a": ["b", "b"]}],
)
def test_what_is_no_tree_is_refused(graph):
    with pytest.raises(ValueError):
        tree_layout(graph, "a")
