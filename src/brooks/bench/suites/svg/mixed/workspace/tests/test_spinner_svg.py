import pytest
from spinner_svg import spinner_svg


def opacities(circle):
    return [float(value) for value in circle.find("animate").get("values").split(";")]


def test_four_dots_on_a_circle(read_document):
    root = read_document(spinner_svg(4, 100))

    assert root.get("viewBox") == "0 0 100 100"
    assert [circle.tag for circle in root] == ["circle"] * 4
    places = [[float(circle.get(name)) for name in ("cx", "cy", "r")] for circle in root]
    assert places == [
        pytest.approx([50, 14, 8], abs=0.01),
        pytest.approx([86, 50, 8], abs=0.01),
        pytest.approx([50, 86, 8], abs=0.01),
        pytest.approx([14, 50, 8], abs=0.01),
    ]


def test_the_last_dot_is_the_brightest(read_document):
    root = read_document(spinner_svg(5))

    assert [float(c.get("opacity")) for c in root] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1])


def test_each_dot_fades_and_lights_up_again(read_document):
    first, second, third, fourth = read_document(spinner_svg(4))

    assert opacities(first) == pytest.approx([0.25, 1, 0.75, 0.5, 0.25])
    assert opacities(second) == pytest.approx([0.5, 0.25, 1, 0.75, 0.5])
    assert opacities(fourth) == pytest.approx([1, 0.75, 0.5, 0.25, 1])


def test_at_every_moment_all_shades_are_shown(read_document):
    moments = zip(*(opacities(circle) for circle in read_document(spinner_svg(7))), strict=True)

    for moment in moments:
        assert sorted(moment) == pytest.approx([(k + 1) / 7 for k in range(7)], abs=0.01)


def test_the_animation_never_ends(read_document):
    for circle in read_document(spinner_svg(3, seconds=2.5)):
        (animate,) = circle
        assert animate.get("attributeName") == "opacity"
        assert animate.get("dur") == "2.5s"
        assert animate.get("repeatCount") == "indefinite"


@pytest.mark.parametrize(
    ("dots", "size", "seconds"), [(1, 64, 1), (0, 64, 1), (5, 0, 1), (5, 64, 0), (5, 64, -1)]
)
def test_what_does_not_turn_is_refused(dots, size, seconds):
    with pytest.raises(ValueError):
        spinner_svg(dots, size, seconds)
