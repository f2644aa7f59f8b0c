import pytest
from text_chart import text_chart

TEXT = """
# title: Sun & rain
# source: the roof
day, rain, sun
1, 4, 10
2, 0.5,

3, , 7e0
# that was all
"""


def given(calls_of, text):
    calls = calls_of("text_chart", "table_chart")
    text_chart(text)
    return calls[-1]


def test_a_table_with_its_title(calls_of):
    assert given(calls_of, TEXT) == (
        "Sun & rain",
        ["day", "rain", "sun"],
        [[1, 4, 10], [2, 0.5, None], [3, None, 7]],
        0,
        False,
    )


def test_a_plain_table_has_usual_settings(calls_of):
    title, columns, rows, reach, _ = given(calls_of, "a,b\n1,2")

    assert (title, columns, rows, reach) == ("Chart", ["a", "b"], [[1, 2]], 0)


def test_settings_may_stand_anywhere(calls_of):
    title, _, rows, reach, _ = given(
        calls_of, "a,b\n1,2\n#reach:3\n  #  title :  So: it goes  \n2,3"
    )

    assert (title, reach) == ("So: it goes", 3)
    assert rows == [[1, 2], [2, 3]]


def test_a_remark_without_a_colon_changes_nothing(calls_of):
    assert given(calls_of, "# title: Rain\n# reach\n# title\na,b\n1,2")[3] == 0


def test_the_whole_picture(read_document, read_points):
    root = read_document(text_chart(TEXT, dark=True))

    assert [e.tag for e in root] == ["title", "rect", "text", "defs", "g", "g"]
    assert root.find("title").text == "Sun & rain"
    assert root.find("rect").get("fill") == "#1b1f24"
    lines = [read_points(line.get("points")) for line in root.iter("polyline")]
    assert lines == [[(0, 174), (280, 275.5)], [(0, 0), (560, 87)]]


def test_every_line_of_the_picture_has_a_legend(read_document):
    root = read_document(text_chart(TEXT))
    outside = root.findall("g")[0]

    swatches = [rect.get("fill") for rect in outside.iter("rect")]
    assert swatches == [line.get("stroke") for line in root.iter("polyline")]
    assert [text.text for text in outside.iter("text")][-2:] == ["rain", "sun"]


def test_it_builds_on_table_chart(calls_of):
    calls = calls_of("text_chart", "table_chart")

    text_chart(TEXT)

    assert calls


@pytest.mark.parametrize(
    "text",
    ["", "# title: a", "a,b\n1,x", "a,b\n1,nan", "a,b\n1,-inf", "a,b\n1", "a,b", "a\n1"]
    + ["# reach: x\na,b\n1,2", "# reach: -1\na,b\n1,2", "# title:\na,b\n1,2"],
)
def test_what_is_no_chart_is_refused(text):
    with pytest.raises(ValueError):
        text_chart(text)
