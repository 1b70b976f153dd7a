"""Made-up but plausible Chinese names of people and schools."""

import numpy as np

# Surnames with their rough frequency per thousand; duplicates of whole names then occur as in life.
_SURNAMES = {
    "王": 72, "李": 71, "张": 66, "刘": 54, "陈": 52, "杨": 31, "黄": 28, "周": 27, "吴": 25, "徐": 20,
    "胡": 22, "朱": 17, "高": 14, "林": 11, "何": 15, "郭": 13, "马": 10, "罗": 13, "梁": 8, "宋": 9,
    "郑": 10, "谢": 9, "韩": 8, "唐": 9, "冯": 8, "于": 6, "董": 7, "萧": 6, "程": 11, "曹": 8,
    "袁": 9, "邓": 9, "许": 8, "傅": 5, "沈": 6, "曾": 7, "彭": 9, "吕": 6, "苏": 5, "卢": 6,
    "蒋": 6, "蔡": 7, "贾": 4, "丁": 7, "魏": 6, "薛": 4, "叶": 6, "阎": 3, "余": 11, "潘": 6,
    "杜": 6, "戴": 5, "夏": 7, "钟": 5, "汪": 9, "田": 6, "任": 5, "姜": 4, "范": 6, "方": 7,
    "石": 5, "姚": 5, "谭": 5, "廖": 4, "邹": 5, "熊": 8, "金": 4, "陆": 4, "郝": 2, "孔": 2,
    "白": 3, "崔": 3, "康": 2, "毛": 3, "邱": 3, "秦": 3, "江": 4, "史": 3, "顾": 3, "侯": 3,
    "邵": 3, "孟": 3, "龙": 3, "万": 6, "段": 3, "雷": 4, "钱": 3, "汤": 4, "尹": 3, "黎": 3,
    "易": 4, "常": 2, "武": 2, "乔": 2, "贺": 3, "赖": 2, "龚": 5, "文": 3, "涂": 5, "喻": 3,
    "欧阳": 4, "上官": 1, "司马": 1, "诸葛": 1, "皇甫": 1, "夏侯": 1,
}  # fmt: skip
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文斌辉玲婷雪慧鑫宇浩然子涵欣怡思琪"
    "晨曦俊峰志远海燕春晓冬雨佳雯雅倩丹晶莹洁璐瑶琳琴云飞龙翔鹏程博宏毅立新永胜利民生德才福贵安宁康"
    "乐天一凡诗语梦蝶紫薇若兮书航景行怀瑾泽楷睿哲嘉诚正清源江汉楚荆松柏桐枫竹菊荷莲月星辰光亮阳旭东"
)
SUBJECTS = (
    "语文", "数学", "英语", "物理", "化学", "生物", "历史", "地理", "道德与法治", "音乐", "美术",
    "体育与健康", "信息技术", "科学", "劳动", "心理健康",
)  # fmt: skip
SUBJECT_WEIGHTS = np.array([20, 20, 15, 6, 5, 4, 4, 4, 5, 4, 4, 6, 3, 3, 1, 1], dtype=float)

STAGES = ("primary", "junior", "senior", "nine_year", "complete", "vocational", "special")
STAGE_WEIGHTS = np.array([0.48, 0.21, 0.07, 0.10, 0.05, 0.05, 0.04])
_STAGE_NAMES = {
    "primary": ("{s}小学", "{s}第{n}小学", "{s}街中心小学", "{s}实验小学"),
    "junior": ("{s}初级中学", "{s}第{n}初级中学", "{s}街中学", "{s}实验中学"),
    "senior": ("{s}高级中学", "{s}第{n}高级中学"),
    "nine_year": ("{s}学校", "{s}第{n}学校", "{s}九年一贯制学校"),
    "complete": ("{s}中学", "{s}第{n}中学"),
    "vocational": ("{s}职业技术学校", "{s}第{n}职业技术学校"),
    "special": ("{s}特殊教育学校", "{s}启智学校", "{s}第{n}特殊教育学校"),
}
_NUMERALS = "零一二三四五六七八九"


def person_names(rng: np.random.Generator, count: int) -> np.ndarray:
    """`count` names of two to four characters, shape (count,), dtype str."""
    weights = np.array(list(_SURNAMES.values()), dtype=float)
    surnames = np.array(list(_SURNAMES))[rng.choice(len(weights), count, p=weights / weights.sum())]
    characters = np.array(list(_GIVEN))
    # Squaring favours the front of the list: some given names are common, most are rare.
    picks = (rng.random((2, count)) ** 1.6 * len(characters)).astype(int)
    compound = np.strings.str_len(surnames) == 2
    second = np.where((rng.random(count) < 0.14) & ~compound, "", characters[picks[1]])
    return np.strings.add(np.strings.add(surnames, characters[picks[0]]), second)


def numeral(number: int) -> str:
    """A Chinese numeral, for 1 to 99."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _NUMERALS[tens] + "十")
    return head + (_NUMERALS[ones] if ones or not tens else "")


def school_name(district: str, street: str, stage: str, pick: int, taken: set[str]) -> str:
    """A name not in `taken`, to which it is added; `pick` chooses among the usual forms.

    Functional areas have long official names, so their schools go by the street alone.
    """
    forms = _STAGE_NAMES[stage]
    place = f"{district}{street}" if district.endswith("区") and len(district) <= 4 else street
    name = f"武汉市{forms[pick % len(forms)].format(s=place, n='一')}"
    number = 2
    while name in taken:
        name = f"武汉市{forms[1 if '{n}' in forms[1] else 2].format(s=place, n=numeral(number))}"
        number += 1
    taken.add(name)
    return name
