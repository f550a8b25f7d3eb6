"""Every finding cites requests that its observer received, and says no more than what could be."""

import re

import pytest
from har_sights import CATALOGUE, KINDS, documents, load, observers_of, read, sight_of
from samples import ALL_FILES

import hartools as ht

# Every file once, with the kinds in turn, and every kind on two recordings at least.
PAIRS = sorted({(KINDS[number % len(KINDS)], name) for number, name in enumerate(ALL_FILES)} | {(kind, name) for number, kind in enumerate(KINDS) for name in (documents(number)[(number + 1) % 5], documents(number)[-1])})

# What stands between quotation marks is the file's, and so are addresses.
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|https?://\S+|\([^)]*#[0-9a-f]{6}\)")
# Words that say that something happened in somebody's mind or hands, where a HAR shows only what passed.
FORBIDDEN = {
    "did": r"\bdid(n't)?\b",
    "knows": r"\b(knows|knew|is aware|was aware|has known|have known|will know|must know)\b|(?<!could )(?<!could also )(?<!anybody )(?<!not )\bknow\b",
    "learnt": r"\b(learns|learned|has learnt|found out|finds out|inferred|infers|deduced|concluded|concludes)\b",
    "searched by": r"\b(was|were|is|are|been) (searched|looked up|profiled|tracked|watched|identified|recognised|followed)\b",
    "looked": r"\b(it|they|who|which) (saw|sees|read|reads|looked|looks|watched|watches|tracked|tracks|recognised|recognises|identified|identifies|spied|stored|stores|sold|sells|collected|collects)\b",
    "judgement": r"\b(tracker|spyware|spying|surveillance|illegal|unlawful|proves|proof|proven|obviously|clearly)\b",
    "a probability in words": r"\b(probably|presumably|doubtless|no doubt|definitely)\b",
}
# A finding says what could be; an entry of the ledger what was looked for, and that it could not be told.
COULD = re.compile(r"\bcould\b")


def sentences(findings):
    """Give claim and caveat of each finding, without what is quoted from the file."""
    for row in findings.itertuples():
        for text in (row.claim, row.caveat):
            if isinstance(text, str):
                yield row, QUOTED.sub("…", text)


def forbidden(sentence):
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, sentence, re.I)]


@pytest.mark.parametrize(("kind", "name"), PAIRS)
def test_every_finding_cites_what_its_observer_received_and_says_what_could_be(kind, name):
    capture = read(load(name))
    for observer in observers_of(capture, kind, PAIRS.index((kind, name))):
        view, cells = ht.view_as(capture, observer), sight_of(capture, observer).cells
        findings = ht.infer(view, catalogue=CATALOGUE)
        assert len(findings), observer
        assert (findings.observer == observer).all() and findings.finding_id.is_unique
        for _, finding in findings.iterrows():
            check_evidence(capture, finding, cells)
        for row, sentence in sentences(findings):
            assert forbidden(sentence) == [], f"{observer}: {sentence}"
        told = findings[findings.result == "found"]
        assert [claim for claim in told.claim if not COULD.search(QUOTED.sub("…", claim))] == [], observer
        assert [claim for claim, basis in zip(told.claim, told.basis, strict=True) if basis == "undecidable"] == [], observer


def check_evidence(capture, finding, cells):
    assert finding.result != "found" or finding.entry_ids, finding.claim
    shown = ht.show_evidence(capture, finding)
    assert sorted(shown.entry_id) == sorted(set(finding.entry_ids)), finding.claim
    assert [each for each in finding.entry_ids if cells[each] is None] == [], f"{finding.observer}: {finding.claim}"


@pytest.mark.parametrize("sentence", [
    "It did read the page.", "It knows the specialty.", "The visitor was searched by Cloudinary.", "They know who was there.", "The visitor was identified by it.", "It saw the page.",
    "This proves that a tracker was there.", "It learned the city.", "It inferred a search for dentists.", "Probably a dentist.",
])  # fmt: skip
def test_words_that_claim_too_much_are_seen(sentence):
    assert forbidden(sentence)


@pytest.mark.parametrize("sentence", ["It could know that the page was open.", "It could recognise the browser by its cookie.", "No cookie was sent to it or set by it.", "What is not known is left open."])
def test_words_that_claim_no_more_than_what_could_be_pass(sentence):
    assert forbidden(sentence) == []
