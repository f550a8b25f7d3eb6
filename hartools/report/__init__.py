"""How a capture and its findings are shown: cards, and one self-contained page."""

from hartools.report.cards import card_html, card_text, summary
from hartools.report.dossier import Dossier, dossier
from hartools.report.folder import my_hars
from hartools.report.html import write_report
from hartools.report.survey import Survey, survey

__all__ = ["Dossier", "Survey", "card_html", "card_text", "dossier", "my_hars", "summary", "survey", "write_report"]
