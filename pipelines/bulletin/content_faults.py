"""Faults of the data, and what the numbers mean, in words."""

from dashboards.catalogue import named
from pipelines.bulletin.figures import Figures
from pipelines.bulletin.words import Block, counted, day, listed, long_day, percent, sheet, signed

_REFUSED, _SHORT = 20, 200


def faults(figures: Figures) -> list[Block]:
    """Drops that are missing, records set aside, files refused."""
    blocks = [Block("heading", "五、数据质量")]
    if not figures.is_city:
        blocks.append(Block("text", "投递文件不分区，以下为全市情况。"))
    return [*blocks, *_deliveries(figures), *_reasons(figures), *_refused(figures)]


def _deliveries(figures: Figures) -> list[Block]:
    missing = [
        f"{named('source', d.source)}缺{listed([day(one) for one in d.missing])}"
        for d in figures.deliveries
        if d.missing
    ]
    text = f"本周缺少的批次：{'；'.join(missing)}。" if missing else "登录、活动两类数据本周每天都有批次。"
    rows = [
        (
            named("source", d.source), d.days, d.records, d.accepted, d.duplicates, d.quarantined,
            percent(d.quarantined, d.records), percent(d.quarantined_before, d.records_before),
        )
        for d in figures.deliveries
    ]  # fmt: skip
    columns = [
        ("来源", 20), ("有批次的天数", 19), ("记录", 20), ("接收", 20), ("重复", 19), ("隔离", 19),
        ("隔离率", 19), ("上周隔离率", 20),
    ]  # fmt: skip
    return [Block("subheading", "（一）批次与记录"), Block("text", text), sheet(columns, rows)]


def _reasons(figures: Figures) -> list[Block]:
    heading = Block("subheading", "（二）隔离的记录")
    now = sum(f.records for f in figures.faults)
    before = sum(f.records_before for f in figures.faults) if figures.is_comparable else None
    if not figures.faults:
        return [heading, Block("text", "本周与上周的批次中都没有隔离的记录。")]
    text = f"本周批次中隔离的记录{now}条{counted(now, before, '条')}。隔离的记录不计分，逐条留存备查。"
    rows = [
        (
            named("source", f.source), named("reason", f.reason), f.records, f.records_before,
            signed(f.records - f.records_before),
        )
        for f in figures.faults
    ]  # fmt: skip
    columns = [("来源", 30), ("原因", 54), ("本周", 24), ("上周", 24), ("比上周", 24)]
    return [heading, Block("text", text), sheet(columns, rows, (0, 1))]


def _refused(figures: Figures) -> list[Block]:
    heading = Block("subheading", "（三）拒收的文件")
    if not figures.refused:
        return [heading, Block("text", "本周批次中没有整份拒收的文件。")]
    text = f"本周批次中整份拒收的文件{len(figures.refused)}个，须由投递单位重新提交。"
    if figures.is_public:
        return [heading, Block("text", text)]
    rows = [
        (named("source", source), path, _short(" ".join(fault.split())))
        for source, _, path, fault in figures.refused[:_REFUSED]
    ]
    cut = []
    if len(figures.refused) > _REFUSED:
        cut.append(Block("note", f"列出前{_REFUSED}个，全部见 refused_files.csv。"))
    columns = [("来源", 20), ("文件", 68), ("原因", 68)]
    return [heading, Block("text", text), sheet(columns, rows, (0, 1, 2)), *cut]


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def basis(figures: Figures) -> list[Block]:
    """What the numbers mean."""
    lines = [
        "指数为在册教师积分合计与在册教师数之比，四舍五入到两位小数；名次与增减按未舍入的值计算，同值并列。",
        f"在册教师、实名与学校归属以{long_day(figures.as_of)}的名册为准，上周数据按同一名册计算；"
        "本周为星期一至星期日，上周为此前七天。",
        "活跃指当周登录过，或以教师身份开展过应用。学校空间发布按首次发布计，同一内容再次发布不重复计。",
        "隔离、拒收与缺少的批次按文件投递日期归入各周。",
    ]
    if figures.is_public:
        lines.append(
            "本件为公开版：数字会指认个人的学校（只有一名在册教师，或可由本区合计推知）不列数字，也不计入"
            "涉及学校数；不列教师姓名与投递文件。"
        )
    if figures.known_at is not None:
        lines.append(f"只计{long_day(figures.known_at)}前（含当日）送达的数据。")
    return [Block("heading", "六、口径说明"), *(Block("text", line) for line in lines)]
