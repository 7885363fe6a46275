"""What a notice tells in words, in every language: the rule's name and why it was raised, as the page says it."""

from collections.abc import Mapping
from typing import Any

from analytics.early_warning.rules import FAILED_RULE
from ui.words import LANGUAGES, speaker
from ui.words.reasons import sentence
from ui.words.rules import rule_name


def in_words(payload: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """`rule_name` and `sentence` of a notice, each {language: text}: what `operations.notice_delivery.deliver_due` asks for."""
    return {
        "rule_name": {lang: rule_name(str(payload["rule"]), lang) for lang in LANGUAGES},
        "sentence": {lang: _sentence(payload, lang) for lang in LANGUAGES},
    }


def _sentence(payload: Mapping[str, Any], lang: str) -> str:
    if payload["rule"] == FAILED_RULE:
        return speaker(lang)("notice.failed", rule=rule_name(str(payload["subject"]), lang))
    return sentence(payload.get("reason") or {}, lang)
