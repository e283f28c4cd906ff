"""Addresses."""

import pytest

from courant.newsletter.addresses import parse_address
from courant.newsletter.errors import AddressError


@pytest.mark.parametrize(
    ("typed", "email", "key"),
    [
        ("anna@example.org", "anna@example.org", "anna@example.org"),
        ("  Anna@Example.ORG ", "Anna@example.org", "anna@example.org"),
        ("a+tide@example.org", "a+tide@example.org", "a+tide@example.org"),
        ("a.b@gmail.com", "a.b@gmail.com", "a.b@gmail.com"),
        ("ганна@приклад.укр".replace("ганна", "hanna"), "hanna@приклад.укр", None),
    ],
)
def test_an_address_keeps_its_owners_spelling_and_is_compared_without_case(typed, email, key):
    found = parse_address(typed)
    assert found.email == email
    assert found.key == (key or "hanna@xn--80aikifvh.xn--j1amh")
    assert found.ascii.isascii()


def test_two_spellings_of_a_domain_are_one_reader():
    assert parse_address("a@münchen.de").key == parse_address("A@xn--mnchen-3ya.DE").key


@pytest.mark.parametrize(
    "typed",
    [
        "anna",
        "anna@",
        "@example.org",
        "a@b",
        "a b@example.org",
        "a@example.org\nBcc: b@c.de",
        "a\x00@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 300 + ".org",
    ],
)
def test_a_wrong_address_is_named_and_refused(typed):
    with pytest.raises(AddressError, match="is not an e-mail address"):
        parse_address(typed)


def test_nothing_typed_asks_for_an_address():
    with pytest.raises(AddressError, match="Please write"):
        parse_address("  ")


def test_letters_that_mail_servers_do_not_take_are_refused():
    with pytest.raises(AddressError, match="must be Latin"):
        parse_address("ганна@example.org")
