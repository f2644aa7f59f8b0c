import pytest
from parse_amount import parse_amount


@pytest.mark.parametrize(
    ("text", "cents"), [("12", 1200), ("12.5", 1250), ("3,05", 305), ("0.99", 99), ("007", 700)]
)
def test_plain_amounts(text, cents):
    assert parse_amount(text) == cents


@pytest.mark.parametrize("text", ["1,234,567.80", "1.234.567,8", "1234567.80", "1234567,8"])
def test_one_amount_in_four_spellings(text):
    assert parse_amount(text) == 123_456_780


def test_three_digits_after_a_mark_are_thousands():
    assert parse_amount("1.234") == parse_amount("1,234") == 123_400


@pytest.mark.parametrize("text", ["€5", "€ 5.00", "5,00 €", "5£", "  $5 ", "$  5.0"])
def test_one_currency_sign_may_stand_before_or_after(text):
    assert parse_amount(text) == 500


@pytest.mark.parametrize("text", ["-1,234.50", "€ -1.234,5", "-1234.5 $"])
def test_negative_amounts(text):
    assert parse_amount(text) == -123_450


def test_written_with_or_without_groups_an_amount_comes_back():
    for cents in [0, 7, 99, 100, 12_345, 99_999_999, 10**17 + 3]:
        text = f"{cents // 100:,}.{cents % 100:02}"
        assert parse_amount(text) == cents
        assert parse_amount(text.replace(",", "")) == cents


@pytest.mark.parametrize(
    "text",
    [
        "",
        "€",
        "-",
        "1,23,456",
        "1.234.5",
        "12.345,678",
        "0.123",
        "1234.567",
        "1,234.567,80",
        ".5",
        "5.",
    ],
)
def test_wrong_marks_are_refused(text):
    with pytest.raises(ValueError):
        parse_amount(text)


@pytest.mark.parametrize("text", ["€5€", "5 EUR", "- 5", "-€5", "--5", "+5", "1 234", "five", "5-"])
def test_other_signs_and_words_are_refused(text):
    with pytest.raises(ValueError):
        parse_amount(text)
