"""Personal data never reach a screen: phone numbers, ID numbers and names in texts, found and masked in SQL.

Loading masks on the way in; what lists or hands out rows masks once more on the way out, for a site that loads unmasked.
The cheap question first (is there a run of digits, a word that goes before or after a name?), the exact one only then.
Masking is meant to hide rather too much than too little.
"""

from functools import lru_cache

import duckdb

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解柴华车冉房边辜吉饶刁瞿"
    "戚丘古米池滕晋苑邬臧畅宫嵺苟褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼官衣楚佟栗匡宗台巫鞠僧桑荆谌银扬沙伏岑习胥蔺欧仝"
)
COMPOUND = "欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木"
_SURNAME = rf"(?:{COMPOUND}|[{SURNAMES}])"
_TITLES = "先生|女士|小姐|同志|师傅|大爷|大妈|阿姨|老师|大叔|大姐"
_BEFORE = "姓名|联系人|反映人|当事人|投诉人|来电人|举报人|上报人|申请人|负责人|我叫|名叫|叫做"
_DIGIT, _FIRST = "[0-9０-９]", "(^|[^0-9０-９])"
_GAP, _DOT = "[-－—– 　]?", "[.．·]"

PHONE = (
    rf"{_FIRST}((?:[+＋]?(?:86|８６){_GAP})?[1１][3-9３-９]{_DIGIT}{_GAP}{_DIGIT}{{4}}{_GAP}{_DIGIT}{{4}}"
    rf"|[1１][3-9３-９]{_DIGIT}{_DOT}{_DIGIT}{{4}}{_DOT}{_DIGIT}{{4}}"
    rf"|[(（]?[0０]{_DIGIT}{{2,3}}[)）]?{_GAP}[2-9２-９]{_DIGIT}{{6,7}})($|[^0-9０-９])"
)
_PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])"
ID_NUMBER = (
    rf"{_FIRST}([1-9１-９]{_DIGIT}{{5}}{_GAP}(?:19|20|１９|２０){_DIGIT}{{2}}[01０１]{_DIGIT}[0-3０-３]{_DIGIT}"
    rf"{_GAP}{_DIGIT}{{3}}[0-9０-９XxＸｘ]"
    rf"|{_PROVINCE}[0-9]{{4}}[3-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{{3}})"
    r"($|[^0-9０-９XxＸｘ])"
)
"""18 digits, or the older 15 of those born from 1930 on: the code of a grid has 15 too, but no such year in it."""
TITLED = rf"({_SURNAME})\p{{Han}}{{0,2}}?({_TITLES})"
INTRODUCED = rf"({_BEFORE})((?:是|为)?[\s:：　]*)({_SURNAME})[\p{{Han}}·]{{1,3}}"
BESIDE_A_PHONE = (
    rf"({_SURNAME})\p{{Han}}{{1,2}}"
    r"([,，、:：;；\s\x22（(]*(?:联系)?(?:电话|手机|号码|方式)?[是为,，、:：\s\x22]*\*\*\*)"
)
A_RUN_OF_DIGITS = rf"{_DIGIT}[0-9０-９ 　.．·—–－-]{{6,}}{_DIGIT}"


def masked(cell: str) -> str:
    """SQL that masks personal data in the SQL text `cell`; one look tells that most texts have none."""
    thorough = cell
    twice = ((ID_NUMBER, r"\1******\3"), (ID_NUMBER, r"\1******\3"), (PHONE, r"\1***\3"), (PHONE, r"\1***\3"))
    names = ((BESIDE_A_PHONE, r"\1**\2"), (INTRODUCED, r"\1\2\3**"), (TITLED, r"\1**\2"))
    for pattern, by in (*twice, *names):  # two numbers side by side share the sign between them: each goes twice
        thorough = _replaced(thorough, pattern, by)
    return f"case when regexp_matches({cell}, '{A_RUN_OF_DIGITS}|{_BEFORE}|{_TITLES}') then {thorough} else {cell} end"


def _replaced(cell: str, pattern: str, by: str) -> str:
    return f"regexp_replace({cell}, '{pattern}', '{by}', 'g')"


def masked_text(text: str) -> str:
    """The same for one text at hand."""
    with _duckdb().cursor() as cursor:
        row = cursor.execute(f"select {masked('t')} from (select $1::varchar as t)", [text]).fetchone()
    return str(row[0]) if row else ""


@lru_cache(maxsize=1)
def _duckdb() -> duckdb.DuckDBPyConnection:
    """A DuckDB of no tables: to open one for each text takes ten times as long as the masking."""
    return duckdb.connect(config={"threads": 1})
