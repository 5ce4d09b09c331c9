import pytest

from portal.kernel.names import query_keys, query_tiers, search_keys

STORED = set(search_keys("خالد سمير الزرقوني", "Khaled Samir Zarqouni"))


@pytest.mark.parametrize(
    "query",
    [
        "خالد سمير الزرقوني",
        "Khaled Zarqouni",
        "Zarqouni, Khaled",
        "Xalid Semîr el-Zerqûnî",
        "خالد الزرقوتي",  # one letter misread
        "خاد الزرقوني",  # one letter missing
        "خالمد الزرقوني",  # one letter too many
        "خلاد الزرقوني",
        "خدال الزرقوني",  # two letters in the wrong order
        "خالد محمود الزرقوني",
        "الزرقوني",
        "خالد",
    ],
)
def test_a_query_meets_the_name(query: str) -> None:
    assert STORED & set(query_keys(query))


@pytest.mark.parametrize("query", ["هدى الغزلوني", "خالد الغزلوني", "سمير", "", "؟"])
def test_another_name_is_met_only_where_a_part_is_shared(query: str) -> None:
    found = STORED & set(query_keys(query))
    assert found == ({"dmr", "=dmr"} & STORED if query == "سمير" else set())


def test_the_most_telling_keys_come_first() -> None:
    whole, pairs, near = query_tiers("Khaled Samir Zarqouni")
    assert query_keys("Khaled Samir Zarqouni") == (*whole, *pairs, *near)
    assert set(whole) <= STORED
    assert set(pairs) <= STORED


def test_a_part_alone_is_no_key_of_a_longer_query() -> None:
    assert not {"kld", "dmr"} & set(query_keys("Khaled Samir"))


def test_both_spellings_of_a_name_are_stored() -> None:
    keys = set(search_keys("خالد الزرقوني", "Carlos Zarkuni"))
    assert set(search_keys("خالد الزرقوني", None)) | set(search_keys(None, "Carlos Zarkuni")) == keys


def test_the_longest_name_has_a_bounded_number_of_keys() -> None:
    assert len(search_keys("قنطور زرقون غزلون طبشور " * 1000, None)) < 400
    assert len(query_keys("Qantour Zarqoun Ghazloun Tabshour " * 1000)) < 2000
