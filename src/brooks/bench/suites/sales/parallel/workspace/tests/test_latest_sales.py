import pytest
from latest_sales import latest_sales

OLD = {"date": "2023-12-30", "customer": "Ada", "order": 1}
NEW = {"date": "2024-01-02", "customer": "Ada", "order": 2}
OTHER = {"date": "2023-01-01", "customer": "Bo", "order": 3}
SAME_DAY = {"date": "2024-01-02", "customer": "Ada", "order": 4}


def test_the_latest_sale_of_each_customer():
    assert latest_sales([NEW, OTHER, OLD], "customer") == [NEW, OTHER]


def test_of_two_on_one_day_the_last_in_the_list_counts():
    assert latest_sales([NEW, SAME_DAY, OLD], "customer") == [SAME_DAY]
    assert latest_sales([SAME_DAY, NEW, OLD], "customer") == [NEW]


def test_customers_stand_in_order_of_first_appearance():
    assert latest_sales([OTHER, OLD, NEW], "customer") == [OTHER, NEW]
    assert latest_sales([OLD, OTHER, NEW], "customer") == [NEW, OTHER]


def test_no_sales_have_no_latest():
    assert latest_sales([], "customer") == []


def test_no_sale_of_the_group_is_later_and_it_is_no_copy():
    sales = [{"date": f"2024-0{n * n % 7 + 1}-15", "region": n % 3, "n": n} for n in range(30)]

    found = latest_sales(sales, "region")

    assert [sale["region"] for sale in found] == [0, 1, 2]
    for latest in found:
        assert any(latest is sale for sale in sales)
        dates = [sale["date"] for sale in sales if sale["region"] == latest["region"]]
        assert latest["date"] == max(dates)


def test_it_builds_on_group_by(calls_of):
    calls = calls_of("latest_sales", "group_by")

    latest_sales([OLD, NEW], "customer")

    assert calls


@pytest.mark.parametrize("sale", [{"customer": "Cy"}, {"date": ""}, {"date": None}])
def test_a_sale_without_date_is_refused(sale):
    with pytest.raises(ValueError):
        latest_sales([OLD, sale], "customer")


def test_an_empty_key_is_refused():
    with pytest.raises(ValueError):
        latest_sales([OLD], "")
