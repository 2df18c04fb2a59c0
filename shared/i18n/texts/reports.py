"""Texts about reports and their questions."""

TEXTS = {
    "period_malformed": (
        "日期范围 {first} 至 {last} 不正确：起始日不能晚于结束日，最长三年。",
        "The period {first} to {last} is not right: it must not end before it begins, nor span over three years.",
    ),
    "report_by_unknown": (
        "没有“{by}”这种汇总方式，可选：{known}。",
        "There is no grouping by “{by}”. Choose one of: {known}.",
    ),
    "page_malformed": (
        "翻页参数不正确，请从第一页重新查询。",
        "The page is not right. Start again from the first one.",
    ),
}
