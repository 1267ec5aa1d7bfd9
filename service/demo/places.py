"""The ten towns: what is known of them, and how many rounds the demo gives each.

Codes, names and seats are facts; the seats are from GeoNames (https://www.geonames.org, CC BY 4.0),
those marked `about` are approximate to ±2 km. The shares of rounds and points are made up.
"""

from dataclasses import dataclass

WEST = "西部九镇"
EAST = "东部"


@dataclass(frozen=True, slots=True)
class Town:
    """A town, its seat in degrees WGS-84, and what of the demo lies in it."""

    code: str
    """Division code (行政区划代码)."""
    short: str
    """First letters of the name; the codes of its offices, routes and points begin with it."""
    name: str
    lat: float
    lon: float
    villages: tuple[str, ...]
    area: str = WEST
    country_routes: int = 1
    points_a_village: int = 4
    city_routes: int = 0
    has_station: bool = False
    """Whether the paper's own 发行站 serves some units beside 邮政."""


def numbered(count: int) -> tuple[str, ...]:
    """Return 一村, 二村 … for a town whose villages are not named here; at most ten."""
    return tuple(f"{digit}村" for digit in "一二三四五六七八九十"[:count])


def villages(names: str) -> tuple[str, ...]:
    """Return the village names in a line of them, each with 村 behind it."""
    return tuple(f"{name}村" for name in names.split())


# fmt: off
TOWNS = (
    Town("500107102", "HY", "华岩镇", 29.49, 106.44, (), EAST,
         country_routes=0, city_routes=3, has_station=True),  # about
    Town("500107103", "HG", "含谷镇", 29.53, 106.37, numbered(4)),  # about
    Town("500107104", "JF", "金凤镇", 29.5063, 106.3258, numbered(6), country_routes=2),
    Town("500107105", "BSY", "白市驿镇", 29.4922, 106.3808,
         villages("太慈 牟家 海龙 新店 清河 大河 九里 真武 高田坎 高峰寺 三多桥"),
         country_routes=3, has_station=True),
    Town("500107106", "ZM", "走马镇", 29.4711, 106.2947,
         villages("灯塔 银岗 石桥 玉龙 金马 椒园"), country_routes=2),
    Town("500107107", "SB", "石板镇", 29.4252, 106.3524, numbered(4)),
    Town("500107108", "BF", "巴福镇", 29.40, 106.31, villages("西和 钟鹤 石马"),
         points_a_village=5),  # about
    Town("500107109", "TJ", "陶家镇", 29.3733, 106.3215, numbered(4)),
    Town("500107110", "XP", "西彭镇", 29.2942, 106.3212,
         villages("长石 树民 泥壁 长安 真武宫"),
         country_routes=2, points_a_village=6, has_station=True),
    Town("500107111", "TGY", "铜罐驿镇", 29.2909, 106.3767,
         villages("双骑龙 建设 观音桥 英雄湾 新合 大碑 黄金堡"), country_routes=2),  # about
)
# fmt: on

SEAT_POINTS = (
    ("unit", "中共{town}委员会"),
    ("unit", "{town}人民政府"),
    ("unit", "{town}中心小学"),
    ("unit", "{town}初级中学"),
    ("unit", "{town}卫生院"),
    ("unit", "{town}派出所"),
    ("unit", "{town}司法所"),
    ("unit", "{town}供电所"),
    ("household", "{town}正街户箱"),
    ("household", "{town}新街户箱"),
    ("household", "{town}农贸市场户箱"),
    ("household", "{town}老街户箱"),
    ("agent", "{town}便民超市代投点"),
)
"""Kind and name of the points at a town's seat, in the order of the round."""

VILLAGE_POINTS = (
    ("village_post", "{village}村邮站"),
    ("unit", "{village}党支部活动室"),
    ("household", "{village}一组户箱"),
    ("agent", "{village}小卖部代投点"),
    ("unit", "{village}小学"),
    ("household", "{village}三组户箱"),
)
"""Kind and name of a village's points: the first `points_a_village` of them."""

CITY_POINTS = (
    ("unit", "{town}{digit}社区居委会"),
    ("household", "{town}{digit}社区一号楼户箱"),
    ("household", "{town}{digit}社区二号楼户箱"),
    ("agent", "{town}{digit}社区报刊亭"),
)
"""Kind and name of a neighbourhood's points."""

NEIGHBOURHOODS = (*"一二三四五六七八九十", "十一", "十二")
"""Of the town with city routes, shared out evenly among these."""

STATION_POINTS = tuple(name for kind, name in SEAT_POINTS if kind == "unit")
"""The units that the 发行站 brings 重庆日报 to, where there is one."""
