"""Whether each answer is right. All that is known of it here is a salted hash, so it cannot be read off."""

from hashlib import pbkdf2_hmac
from pathlib import Path

import pytest

ROUNDS = 20_000
KNOWN = {
    "handshakes": "3e41619229760c71bacf8e7b3ca15b38754508f5968bfd564488a2877459b431",
    "two_cyclists": "7a529032e44c575d697485699581635e95c3b71be01e60bdc8610a970e3f8c31",
    "rope": "3b207d0781e70d2870dea6d9582cbf0f127408fa3f650019d8898ea6f6a37df7",
    "sevens": "69bc127d126c46cf36d0cbdd716ba62f8c197ee652467a26d44dcebf9d3f9c46",
    "leap_year": "5b85930a9d9cadfc36d42d7ad516b79a1ec33144f7240104471c33a97cd45c23",
    "days": "dfe35cf44b44ac9589b2f07bc027a5a951cc58d89186271710b31d11172cf5c9",
    "clock_hands": "6da4501f81f445714a774ff8e3f2ad83b87382c5d0caee2d6841450cbc1bb2ad",
    "doubling": "5f682aa5c8866b0d96d728b41b1340031deeb7d93eabf58ed68f8b5270828368",
    "read_aloud": "19e08f7e9cffc23e37f36933a017f7935550525f952d47215673654ee36f90d9",
    "one_is_honest": "363813c3be5555b8ebe39cb9c4c105760ace9b6360ccd8f93aeb1145d9246c6a",
    "ages": "a09875206bad2e354a3b5eb4b2181305cc62e44638bc961ce8a74aae51be1508",
    "bench": "8bbb4d1c657384226fddd2c48fcfa3825fd5c698f8ebf8e7ef845b45674e185d",
    "two_dice": "bd435ae746b83a7072ba2297bfa8d09b94ec17196aeeb215589818c76266de18",
    "two_prices": "55094555c01ab5309333ad3ce230434ed0ae8faaae14dad13b5cedce2b2f5b4f",
    "snail": "0d6670716e707b57b540a5626db8cce0ffb75e5217568077e0d3f3f7c69ec56d",
    "machines": "43d06f8adfc018d040740aeb9d5afee55e057e3aeebadbef0feed8225e31d7c1",
    "letters": "71a9276b7b28f18ed0d8a3dd8a38e7f4f55c6476574f9cea1e28b83f2e624454",
    "chess_and_choir": "7895ad3bfa31d47d2d73d4dc8258f67d126339ef32c0d1abce0979df5df7a10c",
    "remainders": "44c1313135344ab8851546b8cdaf6ce61e7a9063c45e6dc461de8e6da33b1f54",
    "race": "aa57e73616e5b3898a24d501fe01dc788b1e3dec9557516a5081f870b4d6323a",
}


def known_by(name, answer):
    """Return what an answer is known by; capitals and white space make no difference."""
    words = " ".join(answer.casefold().split())
    return pbkdf2_hmac("sha256", words.encode(), name.encode(), ROUNDS).hex()


@pytest.mark.parametrize("name", KNOWN)
def test_answer(name):
    answer = Path("answers", f"{name}.txt").read_text(encoding="utf-8")
    assert known_by(name, answer) == KNOWN[name], "this is not the answer"
