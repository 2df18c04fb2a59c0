"""What stands beside the lines of vouchers. The books keep the Chinese word; readers of English are told this."""

TEXTS = {
    "memo_platform_commission": ("平台佣金", "Platform commission"),
    "memo_opening": ("期初库存", "Opening stock"),
    "memo_estimate_on_hand": ("暂估差异-在库", "Difference to the estimate, still in stock"),
    "memo_estimate_sold": ("暂估差异-已销", "Difference to the estimate, already sold"),
    "memo_input_back": ("红字进项", "Input VAT given back"),
    "memo_sent_back": ("退货价差", "Difference on goods sent back"),
    "memo_freight": ("进货运费", "Inbound freight"),
    "memo_freight_used": ("运费-已耗用", "Freight on goods already gone"),
    "memo_returned_scrap": ("退货报废", "Returned goods thrown away"),
    "memo_normal_loss": ("正常损耗(临期/过期)", "Normal loss (near or past expiry)"),
    "memo_abnormal_loss": ("非正常损失", "Abnormal loss"),
    "memo_gift": ("赠品(视同应税交易)", "Gift, taxed like a sale"),
    "memo_short": ("盘亏", "Short in the count"),
    "memo_over": ("盘盈", "Over in the count"),
    "memo_compensation": ("责任人赔偿", "Made good by whoever is liable"),
    "memo_transfer_cost": ("调拨成本调整", "Cost of the transfer adjusted"),
    "memo_transfer_loss": ("调拨途损", "Lost on the road"),
    "memo_profit": ("结转损益", "Profit carried over"),
    "memo_reversal": ("红字冲销", "Reversal:"),
    "memo_difference": ("调整", "Adjustment"),
}
