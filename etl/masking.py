"""Personal data never reach a table: phone numbers, ID numbers and names in texts are masked on the way in.

The cheap question first (is there a run of digits, a word that goes before or after a name?), the exact one only then.
Masking is meant to hide rather too much than too little; what it hides is replaced by asterisks of no fixed length.
"""

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
_NAME_WORDS = (
    "先生",
    "女士",
    "小姐",
    "同志",
    "师傅",
    "大爷",
    "大妈",
    "阿姨",
    "老师",
    "姓名",
    "联系人",
    "我叫",
    "名叫",
    "本人",
    "居民",
    "业主",
    "我是",
)
_ASK = "|".join(_NAME_WORDS)

PHONE = r"(^|[^0-9])((?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}|0[0-9]{2,3}[- ]?[2-9][0-9]{6,7})($|[^0-9])"
ID_NUMBER = r"(^|[^0-9])([1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{4}[0-9Xx])($|[^0-9Xx])"
TITLED = rf"([{SURNAMES}])[\p{{Han}}]{{0,2}}?(先生|女士|小姐|同志|师傅|大爷|大妈|阿姨|老师)"
INTRODUCED = (
    rf"(姓名|联系人|反映人|当事人|投诉人|来电人|举报人|我叫|名叫)((?:是|为)?[\s::]*)([{SURNAMES}])[\p{{Han}}·]{{1,3}}"
)


def masked(cell: str) -> str:
    """SQL that masks personal data in the SQL text `cell`."""
    digits = _replaced(_replaced(cell, ID_NUMBER, r"\1******\3"), PHONE, r"\1***\3")
    numbers = f"case when regexp_matches({cell}, '[0-9][0-9 -]{{6,}}[0-9]') then {digits} else {cell} end"
    named = _replaced(_replaced("_t", INTRODUCED, r"\1\2\3**"), TITLED, r"\1**\2")
    return f"list_transform([{numbers}], lambda _t: case when regexp_matches(_t, '{_ASK}') then {named} else _t end)[1]"


def _replaced(cell: str, pattern: str, by: str) -> str:
    return f"regexp_replace({cell}, '{pattern}', '{by}', 'g')"
