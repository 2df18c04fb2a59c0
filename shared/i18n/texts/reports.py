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
    "report_daily": ("日报", "Daily report"),
    "report_daily_asks": (
        "这一天过得怎么样？与昨天、上周同日、去年同日相比。",
        "How was the day, beside yesterday, the same weekday last week and the same date last year?",
    ),
    "report_sales_by": ("销售分析", "Sales analysis"),
    "report_sales_by_asks": (
        "按日、周、月、时段、门店、商品、品类、收款方式、员工或供应商看销售，并作环比、同比。",
        "Sales by day, week, month, hour, store, product, category, tender, staff or supplier, "
        "against the period before or a year ago.",
    ),
    "report_stock_movements": ("进销存汇总", "Stock movements"),
    "report_stock_movements_asks": (
        "期初有多少，进了、卖了、损了多少，期末还剩多少？可查过去任何一天。",
        "What was there, what came and went, what is there now? For any past day.",
    ),
    "report_turnover": ("周转天数（数量）", "Days of stock"),
    "report_turnover_asks": (
        "库存多少天能卖完？哪些货一动不动？",
        "How many days does stock last, and what does not move at all?",
    ),
    "report_sell_through": ("动销率", "Sell-through"),
    "report_sell_through_asks": (
        "有货的商品里，卖出过的占多少？没卖动的是哪些？",
        "Of the products that were there, how many sold, and which did not?",
    ),
    "report_stock_outs": ("缺货率", "Stock-out rate"),
    "report_stock_outs_asks": (
        "该有货的日子里，有多少天收市时卖空了？",
        "Of the days a product should have been there, on how many was the shelf empty at the close?",
    ),
    "report_losses": ("损耗（数量）", "Losses"),
    "report_losses_asks": (
        "报损、盘亏、调拨短少各有多少？",
        "What was thrown away, missing in counts or short in transfers?",
    ),
    "report_abc_xyz": ("ABC/XYZ 分析", "ABC/XYZ"),
    "report_abc_xyz_asks": (
        "哪些商品撑起销售，需求又有多稳？",
        "Which products carry the sales, and how steady is their demand?",
    ),
    "report_expiring": ("临期商品", "Near expiry"),
    "report_expiring_asks": (
        "哪些批次快到期，该怎么处理？",
        "Which lots are near their last day, and what is to be done?",
    ),
    "report_changes": ("人工修改的效果", "What changes gained"),
    "report_changes_asks": (
        "人工改动补货建议，比不改更准还是更差？",
        "Did changing suggested orders make them better or worse?",
    ),
    "report_note_changes": (
        "只看已下单且覆盖期已过的改动；所需数量按覆盖期内销量减去当时已有的货计算。缺货期间的需求看不见，"
        "因此向上改的效果会被低估。少差 = （建议的偏差 − 下单的偏差）÷ 建议的偏差。",
        "Only changes to orders whose time is over. What was needed is what was sold in that time less what was there. "
        "Demand that met an empty shelf is not seen, so changes upward are praised too little. Missed less = (miss of "
        "the suggestion - miss of the order) / miss of the suggestion.",
    ),
    "section_changes": ("改动", "Changes"),
    "report_by_reason": ("按原因", "Reason"),
    "report_by_direction": ("按方向", "Direction"),
    "report_by_size": ("按幅度", "Size"),
    "change_event": ("活动", "Event"),
    "change_weather": ("天气", "Weather"),
    "change_promotion": ("促销", "Promotion"),
    "change_stock_wrong": ("账实不符", "Stock is wrong"),
    "change_supplier": ("供应商原因", "Supplier"),
    "change_experience": ("经验", "Experience"),
    "change_other": ("其他", "Other"),
    "change_up": ("调高", "Up"),
    "change_down": ("调低", "Down"),
    "change_small": ("小于 10%", "Below 10 %"),
    "change_middling": ("10% 至 50%", "10 % to 50 %"),
    "change_large": ("大于 50%", "Above 50 %"),
    "report_suppliers": ("供应商评分", "Supplier scorecard"),
    "report_suppliers_asks": (
        "谁准时、足量、合格，价格有没有涨？",
        "Who delivers in time, in full and sound, and at which price?",
    ),
    "report_word_period": ("期间", "Period"),
    "report_word_stores": ("门店", "Stores"),
    "report_word_as_of": ("取数时间", "As of"),
    "report_word_complete": ("数据完整性", "Completeness"),
    "report_word_revision": ("修订版", "Revision"),
    "report_word_total": ("合计", "Total"),
    "report_whole_chain": ("全部门店（{n} 家）", "All stores ({n})"),
    "report_complete": ("{all}/{all} 家门店数据完整", "{all}/{all} stores complete"),
    "report_incomplete": ("{n}/{all} 家门店数据不完整", "{n}/{all} stores incomplete"),
    "report_never_heard": ("从未上报", "never heard"),
    "report_colon": ("：", ": "),
    "report_comma": ("、", ", "),
    "report_sheet_about": ("说明", "About"),
    "report_nothing": ("没有数据。", "Nothing to show."),
    "report_pdf_cut": (
        "此处只列前 {shown} 行，共 {all} 行；合计包含全部，完整明细请导出 Excel。",
        "The first {shown} of {all} rows; the total is of all of them. The spreadsheet holds every row.",
    ),
    "report_page_of": ("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
    "report_base_negative": ("基期为负", "negative base"),
    "report_no_supplier": ("未设供应商", "No supplier"),
    "report_week": ("{year} 年第 {n} 周（{first} 起）", "{year} week {n} (from {first})"),
    "report_still_out": ("期末仍缺货", "still out"),
    "report_this_day": ("当日", "This day"),
    "report_yesterday": ("前一日", "The day before"),
    "report_last_week": ("上周同日", "Same weekday last week"),
    "report_last_year": ("去年同日", "Same date last year"),
    "report_note_held": (
        "有 {n} 条事实待核查，尚未计入。",
        "{n} facts are set aside and not counted yet.",
    ),
    "report_note_base": (
        "对比期：{first} 至 {last}（{days} 天）。变化 =（本期 − 对比期）/ |对比期|；对比期为零时不计算。",
        "Compared with {first} to {last} ({days} days). Change = (now − base) / |base|; none "
        "where the base is zero.",
    ),
    "report_note_base_uneven": (
        "两个月的天数不同，变化率未按天数折算。",
        "The two months have different numbers of days; the change is not adjusted for that.",
    ),
    "report_note_as_of": (
        "库存为 {last} 营业日收市时的数量，含此后才补报的该日及以前的业务。",
        "Stock is as of the close of business day {last}, including what was reported later about it.",
    ),
    "report_note_mixed_units": (
        "不同商品的数量相加（件与公斤一并计算），只反映忙碌程度。",
        "Quantities of different goods are added up, pieces and kilograms alike: a measure of busyness only.",
    ),
    "report_note_turnover": (
        "周转天数 = {days} 天 × 平均库存 ÷ 净销量；平均库存为每日收市数量的平均。",
        "Days of stock = {days} days × average stock ÷ net quantity sold; average stock is the "
        "mean of the daily closing quantities.",
    ),
    "report_note_sell_through": (
        "动销率 = 净销量大于零的商品数 ÷ 期间任一天有库存或有进出的商品数。同一商品在连锁层面只计一次。",
        "Sell-through = products with a net quantity sold ÷ products with stock or a movement on "
        "any day. For the chain a product counts once.",
    ),
    "report_note_stock_out": (
        "缺货率 = 营业日收市时无可售库存的天数 ÷ 应有货的天数。{days} 天内有进出或有库存即视为在"
        "售；当天有销售即视为营业。",
        "Rate = open days with nothing sellable at the close ÷ days listed. A product is listed "
        "while it has stock or moved within {days} days; a store is open on a day it sold "
        "something.",
    ),
    "report_note_losses": (
        "损耗率 = 损耗 ÷（净销量 + 损耗）。损耗 = 报损 + 盘亏 + 调拨短少；盘盈另列，不与盘亏相抵。",
        "Rate = loss ÷ (net sold + loss). Loss = waste + shortage + short in transfer; gains in "
        "counts are told apart and make up for nothing.",
    ),
    "report_note_abc": (
        "ABC 按销售额累计占比：≤80% 为 A，≤95% 为 B，其余为 C。XYZ 按截至 {last} 的 26 "
        "个整周销量变异系数：≤50% 为 X，≤100% 为 Y，其余为 Z；不足 8 周为 N。",
        "ABC by cumulative share of sales: up to 80% A, up to 95% B, the rest C. XYZ by the "
        "variation of weekly demand over the 26 whole weeks to {last}: up to 50% X, up to 100% "
        "Y, above Z; under 8 weeks N.",
    ),
    "report_note_near": (
        "临期天数取保质期的三分之一；未设保质期的商品按 {unknown} 天。",
        "Near is a third of the shelf life; {unknown} days where the shelf life is not known.",
    ),
    "report_note_near_days": ("临期天数统一按 {n} 天。", "Near is {n} days for every product."),
    "report_note_suppliers": (
        "只统计到货日在期间内且未取消的订单行。OTIF = 到期日前足量到货的行数 ÷ 到期行数；价格变动"
        "与之前等长期间的均价相比。评分权重：OTIF 40、短少 20、不合格 30、涨价 10，未知项不计。",
        "Order lines due in the period and not cancelled. OTIF = lines that came whole by their "
        "day ÷ lines due; prices against the average of as many days before. Weights of the "
        "score: OTIF 40, short 20, refused 30, price 10; what is not known counts neither way.",
    ),
    "report_note_daily": (
        "销售额为当日收款减当日退款。损耗为数量。库存与临期为当日收市时。",
        "Sales are what was paid less what was given back on the day. Losses are quantities. "
        "Stock and near expiry are as of the close.",
    ),
    "report_unknown": ("没有“{report}”这份报表。", "There is no report “{report}”."),
    "report_days_wrong": (
        "天数应在 {least} 到 {most} 之间。",
        "The number of days must be between {least} and {most}.",
    ),
    "report_parameter_unknown": ("这份报表没有“{name}”这个条件。", "This report has no parameter “{name}”."),
    "report_compare_unknown": (
        "不能与“{compare}”相比，可选：previous（上期）、year（去年同期）。",
        "Cannot compare with “{compare}”. Choose previous or year.",
    ),
    "report_format_unknown": (
        "没有“{format}”这种格式，可选：json、xlsx、pdf。",
        "There is no format “{format}”. Choose json, xlsx or pdf.",
    ),
    "report_font_missing": (
        "本机没有可嵌入 PDF 的中文字体，请安装 fonts-wqy-microhei，或用 LIUSHUI_FONT 指定字体文件。",
        "This machine has no Chinese font that a PDF can embed. Install fonts-wqy-microhei or "
        "name a file in LIUSHUI_FONT.",
    ),
    "advice_take_off": ("下架报损", "Take off and waste"),
    "advice_decide_held": ("已封存，待处置", "Held: decide"),
    "advice_mark_down": ("打折或退货", "Mark down or return"),
    "advice_move": ("调往热销门店", "Move to a busier store"),
    "alarm_excursion": ("温度异常", "Excursion"),
    "alarm_excursion_open": ("温度异常（未结束）", "Excursion, still open"),
    "alarm_silent": ("传感器无数据", "Sensor silent"),
    "waste_expired": ("过期", "Expired"),
    "waste_damaged": ("破损", "Damaged"),
    "waste_stolen": ("失窃", "Stolen"),
    "waste_sample": ("试吃样品", "Sample"),
    "waste_mismanaged": ("管理不善", "Mismanaged"),
    "waste_other": ("其他", "Other"),
    "waste_returned": ("退货报废", "Returned spoilt"),
    "waste_released": ("封存后报废", "Wasted from hold"),
    "tender_cash": ("现金", "Cash"),
    "tender_card": ("银行卡", "Card"),
    "tender_wechat": ("微信", "WeChat"),
    "tender_alipay": ("支付宝", "Alipay"),
    "tender_bank": ("转账", "Bank transfer"),
    "tender_platform": ("平台", "Platform"),
    "tender_credit": ("挂账", "On account"),
    "tender_other": ("其他", "Other"),
    "tender_none": ("未注明及退款", "Not said, and refunds"),
    "section_sales": ("销售", "Sales"),
    "section_movements": ("进销存", "Movements"),
    "section_turnover": ("周转", "Turnover"),
    "section_by_store": ("按门店", "By store"),
    "section_by_category": ("按品类", "By category"),
    "section_unsold": ("未动销商品", "What did not sell"),
    "section_stock_outs": ("缺货商品", "What was out"),
    "section_by_reason": ("按原因", "By reason"),
    "section_by_sku": ("按商品", "By product"),
    "section_matrix": ("矩阵", "Matrix"),
    "section_products": ("商品", "Products"),
    "section_near_lots": ("临期与过期批次", "Lots near or past their end"),
    "section_suppliers": ("供应商", "Suppliers"),
    "section_late_lines": ("未按时足量的订单行", "Lines not in time or not in full"),
    "section_day": ("对比", "Compared"),
    "section_out_at_close": ("收市缺货", "Out at the close"),
    "section_alarms": ("告警", "Alarms"),
    "report_by_day": ("按日", "Day"),
    "report_by_week": ("按周", "Week"),
    "report_by_month": ("按月", "Month"),
    "report_by_hour": ("按时段", "Hour"),
    "report_by_store": ("按门店", "Store"),
    "report_by_sku": ("按商品", "Product"),
    "report_by_category": ("按品类", "Category"),
    "report_by_supplier": ("按供应商", "Supplier"),
    "report_by_tender": ("按收款方式", "Tender"),
    "report_by_staff": ("按员工", "Staff"),
}
