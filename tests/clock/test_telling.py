"""A notice says in words what the page says: which rule, and why it was raised."""

import pytest

from analytics.early_warning.rules import FAILED_RULE, default_rules
from clock.telling import in_words
from ui.words import LANGUAGES
from ui.words.reasons import sentence
from ui.words.rules import rule_name

REASON = {
    "kind": "counts", "what": "城乡建设/环境卫生/垃圾清运", "place": "凤城街道东升社区", "observed": 9.0, "expected": 2.0, "days": 7,
    "unit": "incidents", "probability": 1e-7, "confidence": 0.9, "since": "2026-10-20 12:00", "who": "community_office", "compared": "own_year",
}  # fmt: skip


@pytest.mark.parametrize("rule", [*(rule.name for rule in default_rules()), FAILED_RULE])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_rule_has_a_name_in_every_language(rule: str, lang: str):
    assert rule_name(rule, lang) != rule


def test_a_notice_tells_the_sentence_of_the_page():
    words = in_words({"rule": "counts", "subject": REASON["what"], "reason": REASON})
    assert words["rule_name"]["zh"].startswith("事件突增")
    assert words["sentence"] == {lang: sentence(REASON, lang) for lang in LANGUAGES}
    assert "垃圾清运" in words["sentence"]["zh"] and "less than once in a million" in words["sentence"]["en"]


def test_a_rule_that_failed_is_named_and_its_fault_stays_in_the_house():
    fault = {"kind": "failed", "said": "postgresql://zhili:geheim@db/zhili refuses"}
    said = in_words({"rule": FAILED_RULE, "subject": "cluster", "reason": fault})["sentence"]
    assert "事件聚集" in said["zh"] and "could not look" in said["en"] and "geheim" not in str(said)
