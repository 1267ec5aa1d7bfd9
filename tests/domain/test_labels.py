"""Label tokens, short codes and the addresses that carry them."""

import itertools
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.crockford import ALPHABET, random_code, read_code
from service.domain.labels import (
    check_character,
    grouped,
    host_of,
    label_url,
    new_short_code,
    new_token,
    read_label,
    read_short_code,
    read_token,
)

# ISO/IEC 18004, table 5: what the alphanumeric mode of a QR code holds.
QR_ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
CODES = st.text(ALPHABET, min_size=6, max_size=6).map(lambda free: free + check_character(free))


def test_the_alphabet_is_crockfords() -> None:
    assert set(ALPHABET) == set(string.digits + string.ascii_uppercase) - set("ILOU")
    assert len(ALPHABET) == 32


def test_a_token_has_80_bits_and_every_character_comes_up_everywhere() -> None:
    tokens = [new_token() for _ in range(1000)]
    assert len(set(tokens)) == 1000
    for place in range(16):
        assert {token[place] for token in tokens} == set(ALPHABET)


def test_a_short_code_is_six_characters_and_their_check() -> None:
    code = new_short_code()
    assert read_short_code(code) == code
    assert code[-1] == check_character(code[:-1])
    # Worked out by hand: 1 at place 6 is 2^6 = 2^5 x 2 = (2^2 + 1) x 2 = 10, the 11th character.
    assert check_character("100000") == "A"
    assert check_character("000001") == "2"
    assert check_character("000000") == "0"


def test_every_error_of_one_character_is_seen() -> None:
    # The check is linear: an error is seen in every code or in none, so the zero code says it all.
    for place, wrong in itertools.product(range(7), ALPHABET[1:]):
        assert read_short_code("0" * place + wrong + "0" * (6 - place)) is None


def test_every_swap_of_two_characters_is_seen() -> None:
    # Linear too: what a swap of a and b changes is a + b at both places, whatever the others are.
    for first, second in itertools.combinations(range(7), 2):
        for change in ALPHABET[1:]:
            code = list("0" * 7)
            code[first] = code[second] = change
            assert read_short_code("".join(code)) is None


@given(code=CODES, place=st.integers(0, 6), character=st.sampled_from(ALPHABET))
def test_errors_are_seen_in_any_code(code: str, place: int, character: str) -> None:
    wrong = code[:place] + character + code[place + 1 :]
    assert read_short_code(wrong) == (code if wrong == code else None)


@given(code=CODES, place=st.integers(0, 5))
def test_neighbours_swapped_are_seen_in_any_code(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert read_short_code(swapped) == (code if swapped == code else None)


@given(first=CODES, second=CODES)
def test_the_check_is_linear(first: str, second: str) -> None:
    added = "".join(
        ALPHABET[ALPHABET.index(a) ^ ALPHABET.index(b)] for a, b in zip(first, second, strict=True)
    )
    assert read_short_code(added) == added


def test_what_is_typed_is_read_as_it_was_meant() -> None:
    code = "10" + "ABC1"
    code += check_character(code)
    assert read_short_code(f" {code[:3].lower()}-{code[3:].lower()} ") == code
    assert read_short_code(code.replace("1", "l").replace("0", "o")) == code
    assert read_short_code(code.replace("1", "I").replace("0", "O")) == code
    assert read_short_code(grouped(code)) == code
    assert grouped("7Q4M0ZK") == "7Q4 M0ZK"


@pytest.mark.parametrize(
    "text", ["", "123456", "12345678", "UUUUUUU", "１２３４５６７", "0000001", "ß"]
)
def test_what_is_no_short_code_is_refused(text: str) -> None:
    assert read_short_code(text) is None


@pytest.mark.parametrize(
    ("public_url", "start"),
    [
        ("https://jianbao.example", "HTTPS://JIANBAO.EXAMPLE/P/"),
        ("https://jianbao.example/", "HTTPS://JIANBAO.EXAMPLE/P/"),
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000/P/"),
    ],
)
def test_an_address_fits_the_alphanumeric_mode_and_reads_back(public_url: str, start: str) -> None:
    token = new_token()
    url = label_url(public_url, token)
    assert url == start + token
    assert set(url) <= QR_ALPHANUMERIC
    for text in (url, url.lower(), url.title(), f" {url}\n", url + "/"):
        assert read_label(text) == (host_of(public_url), token)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7M2K9QXW4R8T0ZBC",
        "https://jianbao.example/p/7M2K9QXW4R8T0ZB",
        "https://jianbao.example/p/7M2K9QXW4R8T0ZBCD",
        "https://jianbao.example/p/7M2K9QXW4R8T0ZBU",
        "https://jianbao.example/q/7M2K9QXW4R8T0ZBC",
        "https://jianbao.example/p/7M2K9QXW4R8T0ZBC?x=1",
        "https://jianbao.example/a/p/7M2K9QXW4R8T0ZBC",
        "ftp://jianbao.example/p/7M2K9QXW4R8T0ZBC",
        "https:///p/7M2K9QXW4R8T0ZBC",
        "weixin://p/7M2K9QXW4R8T0ZBC",
    ],
)
def test_other_texts_are_not_labels(text: str) -> None:
    assert read_label(text) is None


def test_a_token_is_read_in_any_case_and_confusion() -> None:
    assert read_token("oiL2k9qxw4r8t0zb") == "0112K9QXW4R8T0ZB"
    assert read_token("7M2K 9QXW-4R8T 0ZBC") == "7M2K9QXW4R8T0ZBC"
    assert read_token("7M2K9QXW4R8T0ZB") is None


@given(length=st.integers(0, 40))
def test_random_codes_are_read_back(length: int) -> None:
    code = random_code(length)
    assert read_code(code.lower(), length) == code
