"""How documents look, whatever their format: colours as hexadecimal digits, the font of tables and charts."""

BAR, QUIET_BAR, LINE = "0F766E", "9DB4B1", "D5DDE4"
INK, LABEL, SHADE = "14212C", "4C5D6B", "E4F0EE"
FONT = "微软雅黑"
AUTHOR = "Zhili 智理"
CONTENTS = {"zh": "目　录", "en": "Contents"}
