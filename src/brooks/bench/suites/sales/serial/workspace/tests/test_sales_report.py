import pytest
from sales_report import sales_report


def text_of(*revenues):
    """Return a table with one sale a month from January 2023 on, with these revenues in cents."""
    lines = [
        f"A{n},{2023 + n // 12}-{n % 12 + 1:02}-15,lamp,1,{cents // 100}.{cents % 100:02}"
        for n, cents in enumerate(revenues)
    ]
    return "\n".join(["order,date,product,units,price", *lines])


def test_a_small_report():
    assert sales_report(text_of(100_000, 200_000), 1, 1).split("\n") == [
        "month       revenue    expected",
        "2023-01     1000.00     1000.00",
        "2023-02     2000.00     2000.00",
        "2023-03           -     3000.00",
        "total       3000.00",
    ]


def test_three_months_are_forecast_with_a_window_of_three():
    text = text_of(300, 600, 900)

    assert sales_report(text) == sales_report(text, 3, 3)
    assert len(sales_report(text).split("\n")) == 8
    assert sales_report(text) != sales_report(text, 3, 1)


def test_a_month_out_of_the_ordinary_is_marked():
    lines = sales_report(text_of(*[100] * 5, 1000, *[100] * 5), 1, 1).split("\n")

    assert lines[6] == "2023-06       10.00        1.82 !"
    assert [line for line in lines if line.endswith("!")] == [lines[6]]


def test_half_a_cent_is_rounded_up():
    lines = sales_report(text_of(0, 1, 1, 0), 0, 1).split("\n")

    assert [line[19:] for line in lines[1:5]] == ["        0.01"] * 4


def test_a_trend_below_nothing_is_shown_as_it_is():
    lines = sales_report(text_of(10_00, 0, 0), 1, 1).split("\n")

    assert [line[19:].strip(" !") for line in lines[1:5]] == ["8.33", "3.33", "-1.67", "0.00"]


def test_nothing_sold():
    assert sales_report(text_of(), 5) == "month       revenue    expected\ntotal          0.00"


def test_a_messy_table_is_understood():
    text = """
        Order , DATE,Product,units,Price,clerk
        A1,2024-01-31,"lamp, red", 2 ,10.5,Ada
        A1,2024-02-30,"lamp, red",2,10.5,Ada
        A2,2024-01-02,bulb,1,4,Bo
        A2,2024-01-02,bulb,3,4,Bo
    """.replace("\n        ", "\n")

    assert sales_report(text, 0).split("\n")[1:] == [
        "2024-01       33.00       33.00",
        "total         33.00",
    ]


def test_the_total_is_the_sum_of_the_lines():
    lines = sales_report(text_of(*[n * n * 977 % 100_003 for n in range(40)]), 6).split("\n")

    revenues = [line[7:19].strip() for line in lines[1:-1]]
    assert revenues[-6:] == ["-"] * 6
    cents = [int(revenue.replace(".", "")) for revenue in revenues[:-6]]
    assert int(lines[-1][7:].strip().replace(".", "")) == sum(cents)


def test_it_builds_on_forecast_months(calls_of):
    calls = calls_of("sales_report", "forecast_months")

    sales_report(text_of(100, 200), 4, 2)

    assert calls
    assert calls[0][1:] == (4, 2)


@pytest.mark.parametrize(("count", "window"), [(-1, 3), (1, 0)])
def test_an_impossible_count_or_window_is_refused(count, window):
    with pytest.raises(ValueError):
        sales_report(text_of(1, 2, 3), count, window)
