"""Are values hidden wherever they are shown, and the words that carry a finding kept?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hartools.masking import mask, mask_headers, mask_text, mask_url

TOKEN = "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA"


@given(st.text(st.characters(codec="utf-8"), min_size=9, max_size=200))
def test_a_masked_value_shows_four_characters_at_most(value):
    shown = mask(value)
    assert shown.startswith(value[:4] + "…") and f"({len(value)} characters" in shown
    assert mask(value, reveal=True) == value


@pytest.mark.parametrize("url", [
    f"https://a.example/x?session={TOKEN}", f"https://a.example/x?q={TOKEN}", f"https://a.example/{TOKEN}/x", f"https://user:{TOKEN}@a.example/", f"https://a.example/x?a=b;sid={TOKEN}#f",
    f"https://a.example/x?next=https%3A%2F%2Fb.example%2F%3Ftoken%3D{TOKEN}",
])  # fmt: skip
def test_secrets_in_addresses_are_masked(url):
    assert TOKEN not in mask_url(url) and "a.example" in mask_url(url)
    assert mask_url(url, reveal=True) == url


@pytest.mark.parametrize("text", ["jan@patient.example", "mailto:jan%40patient.example", "x=jan.de+tag@patient.example&y"])
def test_e_mail_addresses_are_masked(text):
    assert "patient.example" not in mask_text(text)


def test_the_words_that_carry_a_finding_stay():
    url = "https://www.doctor.example/oncologue/paris?page=2&q=seconde+opinion"
    assert mask_url(url) == url


def test_cookie_headers_are_masked_and_others_shown():
    assert TOKEN not in mask_headers("cookie", f"sid={TOKEN}") and TOKEN not in mask_headers("x-auth-token", TOKEN)
    assert mask_headers("accept-language", "fr-FR") == "fr-FR"
