"""Fields open only where they were sealed; fingerprints follow the content and nothing else."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import crypto
from portal.kernel.crypto import FieldDamaged, FieldKeys, FieldKeysMissing

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
KEYS = FieldKeys(OLD)
CONTEXT = "inquiry_contact.value"


@pytest.fixture
def empty_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "_ring", None)


@given(st.text())
def test_a_field_opens_as_it_was_sealed(text: str) -> None:
    assert KEYS.decrypt(KEYS.encrypt(text, CONTEXT), CONTEXT) == text


@pytest.mark.asvs("11.3.4")
def test_the_same_text_never_looks_the_same_twice() -> None:
    assert KEYS.encrypt("0999", CONTEXT) != KEYS.encrypt("0999", CONTEXT)


@pytest.mark.asvs("11.3.3")
def test_a_field_does_not_open_in_another_column() -> None:
    sealed = KEYS.encrypt("0999", CONTEXT)
    with pytest.raises(FieldDamaged):
        KEYS.decrypt(sealed, "account.email")


@pytest.mark.asvs("11.3.2")
@pytest.mark.asvs("11.3.3")
@given(st.data())
def test_no_single_changed_bit_goes_unnoticed(data: st.DataObject) -> None:
    sealed = bytearray(KEYS.encrypt("a text of some length", CONTEXT))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(FieldDamaged):
        KEYS.decrypt(bytes(sealed), CONTEXT)


@given(st.data())
def test_a_shortened_field_is_refused(data: st.DataObject) -> None:
    sealed = KEYS.encrypt("a text of some length", CONTEXT)
    with pytest.raises(FieldDamaged):
        KEYS.decrypt(sealed[: data.draw(st.integers(0, len(sealed) - 1))], CONTEXT)


@pytest.mark.asvs("11.2.2")
def test_after_rotation_old_fields_open_and_new_ones_use_the_new_key() -> None:
    rotated = FieldKeys(NEW, former=(OLD,), index=OLD)
    old = KEYS.encrypt("before", CONTEXT)
    new = rotated.encrypt("after", CONTEXT)
    assert rotated.decrypt(old, CONTEXT) == "before"
    assert (rotated.is_current(old), rotated.is_current(new)) == (False, True)
    with pytest.raises(FieldDamaged):
        KEYS.decrypt(new, CONTEXT)


def test_after_rotation_people_are_still_found() -> None:
    rotated = FieldKeys(NEW, former=(OLD,), index=OLD)
    assert rotated.blind_index("0999", CONTEXT) == KEYS.blind_index("0999", CONTEXT)


def test_rotation_must_say_where_the_indexes_stay() -> None:
    with pytest.raises(ValueError, match="blind indexes"):
        FieldKeys(NEW, former=(OLD,))


@pytest.mark.asvs("11.2.3")
def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        FieldKeys(b"short")


def test_keys_do_not_show_themselves() -> None:
    assert repr(KEYS) == "FieldKeys()"


def test_a_blind_index_depends_on_value_column_key_and_use() -> None:
    index = KEYS.blind_index("0999", CONTEXT)
    others = [
        KEYS.blind_index("0998", CONTEXT),
        KEYS.blind_index("0999", "account.phone"),
        FieldKeys(NEW).blind_index("0999", CONTEXT),
        KEYS.keyed_hash("0999", CONTEXT),
    ]
    assert len(index) == 32
    assert index == KEYS.blind_index("0999", CONTEXT)
    assert index not in others


def test_where_the_column_ends_and_the_value_begins_matters() -> None:
    assert KEYS.blind_index("bc", "a") != KEYS.blind_index("c", "ab")


@pytest.mark.usefixtures("empty_ring")
def test_without_keys_the_error_says_what_to_do() -> None:
    with pytest.raises(FieldKeysMissing, match="use_field_keys"):
        crypto.encrypt_field("a", CONTEXT)


@pytest.mark.usefixtures("empty_ring")
def test_the_ring_serves_the_whole_process() -> None:
    crypto.use_field_keys(KEYS)
    assert crypto.decrypt_field(crypto.encrypt_field("text", CONTEXT), CONTEXT) == "text"
    assert crypto.blind_index("v", CONTEXT) == KEYS.blind_index("v", CONTEXT)
    assert crypto.keyed_hash("v", CONTEXT) == KEYS.keyed_hash("v", CONTEXT)


def test_a_fingerprint_does_not_depend_on_the_order_of_the_parts() -> None:
    assert crypto.fingerprint({"a": 1, "b": [2]}) == crypto.fingerprint({"b": [2], "a": 1})


def test_a_fingerprint_changes_with_any_part() -> None:
    one = {"id": UUID(int=1), "day": date(2020, 1, 2), "text": "نص"}
    seen = {
        crypto.fingerprint(one | change) for change in ({}, {"id": UUID(int=2)}, {"text": "نصّ"}, {"x": None})
    }
    assert len(seen) == 4


def test_a_fingerprint_of_something_without_one_form_is_refused() -> None:
    with pytest.raises(TypeError, match="canonical"):
        crypto.fingerprint({"a": object()})
    with pytest.raises(ValueError, match="JSON"):
        crypto.fingerprint({"a": float("nan")})


@pytest.mark.asvs("11.4.3")
def test_the_fingerprint_of_a_text_is_its_plain_sha256() -> None:
    assert crypto.fingerprint("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.asvs("11.5.1")
@pytest.mark.asvs("7.2.3")
def test_tokens_are_long_and_never_alike() -> None:
    assert len({crypto.random_token() for _ in range(100)}) == 100
    assert len(crypto.random_token()) == 43


def test_secrets_compare_by_content() -> None:
    assert crypto.constant_time_equal("نص", "نص".encode())
    assert not crypto.constant_time_equal(b"a", b"b")
