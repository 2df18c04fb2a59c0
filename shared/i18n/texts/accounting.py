"""Texts about the books: days, periods, and what is refused."""

TEXTS = {
    "period_closed": (
        "会计期间 {period} 已结账，不能再记入。请改用未结账期间的日期，或由两人反结账。",
        "Period {period} is closed. Use a day of an open period, or have two people open it again.",
    ),
    "period_already_closed": ("会计期间 {period} 已经结账。", "Period {period} is closed already."),
    "period_not_closed": ("会计期间 {period} 没有结账。", "Period {period} is not closed."),
    "period_not_over": ("会计期间 {period} 还没有结束。", "Period {period} is not over yet."),
    "close_store_not_sealed": (
        "{period} 还不能结账：门店 {where} 只封账到 {told}（共 {count} 项未了）。等它联网，或写明原因强制结账。",
        "{period} cannot be closed yet: store {where} has sealed up to {told} only ({count} obstacles). Wait "
        "for it to "
        "come online, or close by force and say why.",
    ),
    "close_earlier_period_open": (
        "{period} 还不能结账：更早的期间 {where} 还没有结账（共 {count} 项未了）。",
        "{period} cannot be closed yet: the earlier period {where} is still open ({count} obstacles).",
    ),
    "close_negative_stock": (
        "{period} 还不能结账：{where} 的库存为负 {told}（共 {count} 项未了）。请先盘点或补录收货。",
        "{period} cannot be closed yet: the stock of {where} is below zero, {told} ({count} obstacles). Count it or "
        "record the missing receipt.",
    ),
    "close_subledger_differs": (
        "{period} 还不能结账：科目 {where} 与明细账相差 {told}（共 {count} 项未了）。",
        "{period} cannot be closed yet: account {where} differs from its sub-ledger by {told} ({count} obstacles).",
    ),
    "close_pending_true_up": (
        "{period} 还不能结账：有 {told} 笔成本调整未入账（共 {count} 项未了）。",
        "{period} cannot be closed yet: {told} cost adjustments are not posted ({count} obstacles).",
    ),
    "close_pending_disposal": (
        "{period} 还不能结账：有 {told} 笔盘盈盘亏待批准处理（共 {count} 项未了）。",
        "{period} cannot be closed yet: {told} stock differences wait for approval ({count} obstacles).",
    ),
    "close_invoice_held": (
        "{period} 还不能结账：进货发票 {where} 与订单或收货不符，待处理（共 {count} 项未了）。",
        "{period} cannot be closed yet: purchase invoice {where} is held because it does not match ({count} "
        "obstacles).",
    ),
    "close_facts_unposted": (
        "{period} 还不能结账：有 {told} 条记录未过账（共 {count} 项未了）。",
        "{period} cannot be closed yet: {told} facts are not posted ({count} obstacles).",
    ),
    "close_month_end_due": (
        "{period} 还不能结账：税金和损益还没有结转（{told} 个科目）。先做月末结转（共 {count} 项未了）。",
        "{period} cannot be closed yet: VAT, income and expenses are not carried over ({told} accounts). "
        "Book the month-end first ({count} obstacles).",
    ),
    "month_end_waits": (
        "{period} 的结转要等总部刚记的凭证过账（{count} 条），稍后再试。",
        "The month-end of {period} waits until head office's latest entries are posted ({count}); "
        "try again in a moment.",
    ),
    "month_end_nothing": (
        "{period} 的税金和损益已经结转，没有新的余额。",
        "VAT, income and expenses of {period} are carried over already; nothing was booked since.",
    ),
    "not_reversible": (
        "这类凭证（{kind}）不能红字冲销：货物的差错用退货、盘点或退供应商更正，月末结转再结转一次。",
        "A voucher of this kind ({kind}) cannot be taken back: correct goods by a return, a count or a sending "
        "back, a month-end by running it once more.",
    ),
    "reversal_too_early": (
        "冲销日期不能早于原凭证的日期 {day}。",
        "A voucher of {day} cannot be taken back before that day. Choose that day or a later one.",
    ),
    "reversed_already": ("凭证 {voucher} 已经冲销过。", "Voucher {voucher} has been taken back already."),
    "export_period_wrong": (
        "导出期间不对：{first} 至 {last}，最多一年。",
        "No vouchers are exported for {first} to {last}: a period runs forward and has a year at most.",
    ),
    "export_nothing": (
        "{first} 至 {last} 没有还没导出过的凭证。要重新导出，请指明批次号。",
        "Every voucher of {first} to {last} has been exported already. To get a file again, name its batch.",
    ),
    "export_form_unknown": (
        "没有导出格式 {form}：可用 {known}。",
        "There is no form {form}; known are {known}.",
    ),
    "export_unknown": ("没有导出批次 {batch}。", "There is no export batch {batch}."),
    "export_form_differs": (
        "批次 {batch} 是给 {system} 的，不能用别的格式导出。",
        "Batch {batch} was made for {system}; it has no other form.",
    ),
    "export_crossed": (
        "另一人正在导出同一期间，请稍后再试。",
        "Somebody else is exporting the same vouchers; try again in a moment.",
    ),
    "export_number_too_long": (
        "{field} 的数字 {number} 超过了文件允许的长度。",
        "The number {number} is too long for the column {field} of the file.",
    ),
    "reason_missing": ("请写明原因。", "Say why."),
    "reopen_not_asked": (
        "还没有人申请反结账 {period}：需要一人申请、另一人同意。",
        "Nobody has asked to open {period} again. One person asks, another agrees.",
    ),
    "reopen_needs_another": (
        "{actor} 已申请反结账 {period}，须由另一人同意。",
        "{actor} asked to open {period} again, so somebody else must agree.",
    ),
    "day_not_over": ("营业日 {day} 还没有结束，不能封账。", "Day {day} is not over, so it cannot be sealed."),
    "day_already_sealed": ("营业日 {day} 已封账。", "Day {day} is sealed already."),
    "dated_in_future": ("日期 {dated} 还没有到。", "{dated} is still to come."),
    "invoice_named_twice": ("发票 {invoice} 填了两次。", "Invoice {invoice} is named twice."),
    "invoice_not_accepted": (
        "进货发票 {invoice} 待处理或已退回，不能付款。",
        "Purchase invoice {invoice} is held or was rejected, so it cannot be paid.",
    ),
    "payment_above_invoice": (
        "进货发票 {invoice} 只剩 {left} 未付。",
        "Only {left} of purchase invoice {invoice} are unpaid.",
    ),
    "parts_above_payment": (
        "各发票合计 {parts}，超过付款金额 {amount}。",
        "The invoices add up to {parts}, more than the payment of {amount}.",
    ),
    "part_out_of_range": (
        "{field} {text} 必须不小于 0 且小于 {gross}。",
        "{field} {text} must be at least 0 and below {gross}.",
    ),
    "voucher_unbalanced": (
        "凭证不平：借方 {debit}，贷方 {credit}。",
        "The voucher does not balance: debit {debit}, credit {credit}.",
    ),
    "debit_or_credit": (
        "科目 {account} 的一行必须只填借方或贷方，且大于 0。",
        "A line of account {account} needs either a debit or a credit, above 0.",
    ),
    "account_has_parts": (
        "科目 {account} 有下级科目，请选择下级科目。",
        "Account {account} adds up its sub-accounts. Choose one of them.",
    ),
    "account_kept_by_stock": (
        "科目 {account} 由库存明细自动记账，不能手工填写。请做入库、报损或盘点。",
        "Account {account} follows the stock by itself. Receive, waste or count the goods instead.",
    ),
    "partner_missing": (
        "科目 {account} 必须写明客户或供应商。",
        "Account {account} needs a customer or a supplier.",
    ),
    "partner_unknown": (
        "没有客户或供应商 {partner}。",
        "There is no customer or supplier {partner}.",
    ),
    "gain_not_compensated": (
        "盘盈没有赔款，请只在损失时填写。",
        "A gain has no compensation. Enter one for a loss only.",
    ),
    "difference_named_twice": ("差异 {ref} 填了两次。", "Difference {ref} is named twice."),
    "difference_unknown": (
        "门店 {store} 没有待处理的差异 {ref}：请检查盘点、调拨或报损的编号，或等门店同步。",
        "Store {store} has no difference {ref}. Check the number of the count, transfer or waste, or wait for "
        "the store.",
    ),
    "difference_disposed": ("差异 {ref} 已经批准处理。", "Difference {ref} has been decided already."),
    "voucher_unknown": ("没有凭证 {voucher}。", "There is no voucher {voucher}."),
    "month_malformed": (
        "{period} 不是月份：请写成 2026-10 这样。",
        "{period} is no month: write it like 2026-10.",
    ),
}
