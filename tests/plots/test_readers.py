"""Does the table say who could read what went where, how surely, and that an empty cell is no denial?"""

import pandas as pd
import pytest
from plots.busy_hars import busy, document, entry, har

import hartools as ht
from hartools.errors import UnknownColumnError
from hartools.parties.infrastructure.words import IN_CLEAR, TLS
from hartools.plots import alt_text, caption, plot_readers
from hartools.plots.readers import STRENGTHS

HOME = "https://www.first.example/"


def capture():
    return ht.read_har(har([document(), entry("https://res.cloudinary.com/x", by=HOME, at=10), entry("https://no.example/x", by=HOME, at=20, status=0, _error="net::ERR_BLOCKED_BY_CLIENT")]))


def table(*rows):
    return pd.DataFrame(rows, columns=["host", "party", "conclusion", "strength"])


def cells(ax):
    """Return the word in each cell by row and column label."""
    rows, columns = ([label.get_text() for label in labels] for labels in (ax.get_yticklabels(), ax.get_xticklabels()))
    return {(rows[int(y)], columns[int(x)]): text.get_text() for text in ax.texts for x, y in [text.get_position()]}


def test_who_owns_a_host_reads_it_and_a_host_that_never_answered_is_not_there():
    ax = plot_readers(capture(), infrastructure=table())
    assert cells(ax) == {("first.example", "www.first.example"): "own", ("Cloudinary", "res.cloudinary.com"): "own"}
    assert ax.get_title(loc="left") == "No sign that anybody but the first party could read what went to its 1 host"
    assert "not that the party could not read" in caption(ax)


def test_of_several_signs_the_strongest_counts():
    ax = plot_readers(capture(), infrastructure=table(("www.first.example", "Cloudflare", IN_CLEAR, "likely"), ("www.first.example", "Cloudflare", TLS, "very likely"), ("www.first.example", "Cloudflare", TLS, "possible")))
    assert cells(ax)["Cloudflare", "www.first.example"] == "very likely"
    assert ax.get_title(loc="left") == "Cloudflare too could read what went to the first-party host (very likely)" and "Cloudflare: 1 very likely" in alt_text(ax)


def test_rows_that_name_nobody_or_no_host_that_answered_or_an_earlier_exchange_are_left_out():
    ax = plot_readers(capture(), infrastructure=table(("www.first.example", None, TLS, "undecidable"), ("gone.example", "Akamai", TLS, "certain"),
                                                      ("www.first.example", "Fastly", "handled an earlier exchange in clear", "likely")))  # fmt: skip
    assert {reader for reader, _ in cells(ax)} == {"first.example", "Cloudinary"}


def test_a_part_of_the_owners_house_is_no_second_reader():
    visit = ht.read_har(har([document(), entry("https://www.google-analytics.com/x", by=HOME, at=10)]))
    ax = plot_readers(visit, infrastructure=table(("www.google-analytics.com", "Google", TLS, "very likely")))
    assert list(cells(ax).values()) == ["own", "own"]


def test_an_undecidable_sign_is_shown_and_is_no_finding():
    ax = plot_readers(capture(), infrastructure=table(("www.first.example", "Cloudflare", TLS, "undecidable")))
    assert cells(ax)["Cloudflare", "www.first.example"] == "undecidable" and ax.get_title(loc="left").startswith("No sign")


def test_every_strength_has_a_shape_of_its_own_and_its_word():
    assert len({(marker, fill) for marker, _, fill, _ in STRENGTHS.values()}) == len(STRENGTHS) == len({word for *_, word in STRENGTHS.values()})


def test_columns_and_rows_beyond_the_limits_are_counted():
    ax = plot_readers(busy(60), infrastructure=table(), hosts=5, parties=3)
    assert len(ax.get_xticklabels()) == 5 and len(ax.get_yticklabels()) == 3 and "hosts with fewer requests not drawn" in caption(ax) and "parties not drawn" in caption(ax)


def test_without_a_table_the_infrastructure_of_the_capture_is_asked():
    page = document() | {"serverIPAddress": "104.18.26.156"}
    page["response"] = page["response"] | {"headers": [{"name": "server", "value": "cloudflare"}, {"name": "cf-ray", "value": "0123456789abcdef-CDG"}, {"name": "cf-cache-status", "value": "HIT"}]}
    assert "Cloudflare too could read" in plot_readers(ht.read_har(har([page]))).get_title(loc="left")


def test_a_table_without_the_columns_is_an_error():
    with pytest.raises(UnknownColumnError, match="strength"):
        plot_readers(capture(), infrastructure=pd.DataFrame({"host": [], "party": [], "conclusion": []}))
