"""What is a rule of early warning called? The one place for pages, notices and documents: `rule_…` in `warnings.toml`."""

from ui.words import all_words


def rule_name(rule: str, lang: str) -> str:
    """The rule's name in `lang` (zh or en), or its code where it has none."""
    texts = all_words().get(f"warnings.rule_{rule}")
    return texts["en" if lang == "en" else "zh"] if texts else rule
