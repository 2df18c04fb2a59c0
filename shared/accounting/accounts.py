"""Accounts by the role they play, and the two Chinese charts that give each role its code.

The same code means different things in different charts: 5001 is revenue for a small business and production cost
under the enterprise standard. So nothing in the books names a code: postings name a `Role`, and the chart in force
says which account that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Literal

import msgspec

from shared.errors import DomainError

AccountType = Literal["asset", "liability", "equity", "cost", "income", "expense"]


class Role(StrEnum):
    """What an account is for, in the books' own words."""

    # Every entry asks for its code by its role; an Enum's own hash is written in Python and takes longer than that.
    __hash__ = str.__hash__

    CASH = "cash"
    BANK = "bank"
    WALLET = "wallet"
    RECEIVABLE = "receivable"
    COMPENSATION = "compensation"
    RAW = "inventory.raw"
    MERCHANDISE = "inventory.merchandise"
    CONSUMABLE = "inventory.consumable"
    PENDING = "pending"
    PAYABLE = "payable.invoiced"
    ESTIMATED = "payable.estimated"
    ADVANCES = "advances"
    PAYROLL = "payroll"
    VAT_INPUT = "vat.input"
    VAT_INPUT_OUT = "vat.input_transferred_out"
    VAT_OUTPUT = "vat.output"
    VAT_TO_UNPAID = "vat.to_unpaid"
    VAT_UNPAID = "vat.unpaid"
    VAT_SMALL_SCALE = "vat.small_scale"
    SURTAX_PAYABLE = "surtax.payable"
    CAPITAL = "capital"
    YEAR_PROFIT = "year_profit"
    OPENING = "opening"
    WORK_IN_PROGRESS = "work_in_progress"
    OVERHEAD = "overhead"
    REVENUE_GOODS = "revenue.goods"
    REVENUE_SERVICES = "revenue.services"
    COST_OF_SALES = "cost_of_sales"
    TAXES = "taxes"
    SELLING = "selling"
    ADMIN = "admin"
    FINANCE = "finance"
    PENDING_GAIN = "pending.gain"
    PENDING_LOSS = "pending.loss"
    NON_OPERATING_INCOME = "non_operating_income"
    NON_OPERATING_EXPENSE = "non_operating_expense"


class Account(msgspec.Struct, frozen=True):
    code: str
    type: AccountType
    zh: str
    en: str


class Chart(msgspec.Struct, frozen=True, dict=True):
    """A chart of accounts: every account by code, and the code of every role."""

    name: str
    accounts: Mapping[str, Account]
    codes: Mapping[Role, str]

    def account(self, code: str) -> Account:
        """Raises `ledger_account_unknown` for a code this chart does not have."""
        try:
            return self.accounts[code]
        except KeyError:
            raise DomainError("ledger_account_unknown", account=code, chart=self.name) from None

    @cached_property
    def inventory_codes(self) -> frozenset[str]:
        """The accounts that the stock ledger must agree with."""
        return frozenset(self.codes[role] for role in (Role.RAW, Role.MERCHANDISE, Role.CONSUMABLE))


def _accounts(table: str) -> dict[str, Account]:
    kinds: dict[str, AccountType] = {
        "A": "asset",
        "L": "liability",
        "Q": "equity",
        "C": "cost",
        "I": "income",
        "E": "expense",
    }
    rows = (line.split("|") for line in table.strip().splitlines())
    return {code: Account(code, kinds[kind], zh, en) for code, kind, zh, en in rows}


_BOTH = """
1001|A|库存现金|Cash on hand
1002|A|银行存款|Bank
1012|A|其他货币资金(微信/支付宝在途)|Other monetary funds
1121|A|应收票据|Notes receivable
1122|A|应收账款|Accounts receivable
1123|A|预付账款|Prepayments
1131|A|应收股利|Dividends receivable
1132|A|应收利息|Interest receivable
1221|A|其他应收款|Other receivables
1401|A|材料采购|Materials purchasing
1402|A|在途物资|Goods in transit (purchased)
1403|A|原材料|Raw materials
1404|A|材料成本差异|Material cost variance
1405|A|库存商品|Merchandise inventory
1407|A|商品进销差价|Markup on merchandise
1408|A|委托加工物资|Goods on consignment processing
1411|A|周转材料|Turnover materials (packaging, consumables)
1421|A|消耗性生物资产|Consumable biological assets
1511|A|长期股权投资|Long-term equity
1601|A|固定资产|Fixed assets
1602|A|累计折旧|Accumulated depreciation
1604|A|在建工程|Construction in progress
1605|A|工程物资|Construction materials
1606|A|固定资产清理|Disposal of fixed assets
1621|A|生产性生物资产|Productive biological assets
1622|A|生产性生物资产累计折旧|Acc. depr. of biological assets
1701|A|无形资产|Intangibles
1702|A|累计摊销|Accumulated amortisation
1801|A|长期待摊费用|Long-term deferred expenses
1901|A|待处理财产损溢|Property loss/gain pending
2001|L|短期借款|Short-term loans
2201|L|应付票据|Notes payable
2202|L|应付账款|Accounts payable
220201|L|应付账款-已开票|AP invoiced
220202|L|应付账款-暂估|AP estimated (goods received, not invoiced)
2203|L|预收账款|Advances from customers (deferred revenue)
2211|L|应付职工薪酬|Payroll payable
2221|L|应交税费|Taxes payable
22210101|L|应交增值税-进项税额|Input VAT
22210102|L|应交增值税-进项税额转出|Input VAT transferred out
22210103|L|应交增值税-销项税额|Output VAT
22210104|L|应交增值税-已交税金|VAT paid
22210105|L|应交增值税-转出未交增值税|VAT transferred to unpaid
222101|L|应交增值税(小规模)|VAT payable, small-scale
222102|L|未交增值税|VAT unpaid
222105|L|应交附加税费|Surcharges payable
2231|L|应付利息|Interest payable
2232|L|应付利润|Profit payable
2241|L|其他应付款|Other payables
2401|L|递延收益|Deferred income (grants)
2501|L|长期借款|Long-term loans
2701|L|长期应付款|Long-term payables
"""
"""What the two charts have in common: assets and liabilities of a shop."""

_SMALL = """
1101|A|短期投资|Short-term investments
1501|A|长期债券投资|Long-term bonds
3001|Q|实收资本|Paid-in capital
3002|Q|资本公积|Capital reserve
3101|Q|盈余公积|Surplus reserve
3103|Q|本年利润|Profit of the year
3104|Q|利润分配|Profit distribution
4001|C|生产成本|Production cost (WIP)
4101|C|制造费用|Manufacturing overhead
4301|C|研发支出|R&D
4401|C|工程施工|Construction cost
4403|C|机械作业|Machinery operations
5001|I|主营业务收入|Main revenue
500101|I|主营业务收入-商品|Revenue goods
500102|I|主营业务收入-服务|Revenue services
5051|I|其他业务收入|Other operating revenue
5111|I|投资收益|Investment income
5301|I|营业外收入|Non-operating income
5401|E|主营业务成本|Cost of sales
5402|E|其他业务成本|Other operating cost
5403|E|税金及附加|Taxes and surcharges
5601|E|销售费用|Selling expenses
5602|E|管理费用|Administrative expenses
5603|E|财务费用|Finance expenses
5711|E|营业外支出|Non-operating expenses
5801|E|所得税费用|Income tax
"""

_ENTERPRISE = """
1101|A|交易性金融资产|Trading financial assets
1231|A|坏账准备|Provision for bad debts
1406|A|发出商品|Goods dispatched
1471|A|存货跌价准备|Provision for stock write-downs
1501|A|债权投资|Debt investments
1603|A|固定资产减值准备|Impairment of fixed assets
2205|L|合同负债|Contract liabilities
4001|Q|实收资本|Paid-in capital
4002|Q|资本公积|Capital reserve
4101|Q|盈余公积|Surplus reserve
4103|Q|本年利润|Profit of the year
4104|Q|利润分配|Profit distribution
5001|C|生产成本|Production cost (WIP)
5101|C|制造费用|Manufacturing overhead
5201|C|劳务成本|Cost of services in progress
5301|C|研发支出|R&D
5401|C|工程施工|Construction cost
5403|C|机械作业|Machinery operations
6001|I|主营业务收入|Main revenue
600101|I|主营业务收入-商品|Revenue goods
600102|I|主营业务收入-服务|Revenue services
6051|I|其他业务收入|Other operating revenue
6111|I|投资收益|Investment income
6301|I|营业外收入|Non-operating income
6401|E|主营业务成本|Cost of sales
6402|E|其他业务成本|Other operating cost
6403|E|税金及附加|Taxes and surcharges
6601|E|销售费用|Selling expenses
6602|E|管理费用|Administrative expenses
6603|E|财务费用|Finance expenses
6701|E|资产减值损失|Impairment losses
6711|E|营业外支出|Non-operating expenses
6801|E|所得税费用|Income tax
"""

_COMMON_CODES = {
    Role.CASH: "1001",
    Role.BANK: "1002",
    Role.WALLET: "1012",
    Role.RECEIVABLE: "1122",
    Role.COMPENSATION: "1221",
    Role.RAW: "1403",
    Role.MERCHANDISE: "1405",
    Role.CONSUMABLE: "1411",
    Role.PENDING: "1901",
    Role.PAYABLE: "220201",
    Role.ESTIMATED: "220202",
    Role.ADVANCES: "2203",
    Role.PAYROLL: "2211",
    Role.VAT_INPUT: "22210101",
    Role.VAT_INPUT_OUT: "22210102",
    Role.VAT_OUTPUT: "22210103",
    Role.VAT_TO_UNPAID: "22210105",
    Role.VAT_UNPAID: "222102",
    Role.VAT_SMALL_SCALE: "222101",
    Role.SURTAX_PAYABLE: "222105",
}

SMALL_BUSINESS = Chart(
    "小企业会计准则",
    _accounts(_BOTH.strip() + _SMALL),
    {
        **_COMMON_CODES,
        Role.CAPITAL: "3001",
        Role.YEAR_PROFIT: "3103",
        Role.OPENING: "3104",
        Role.WORK_IN_PROGRESS: "4001",
        Role.OVERHEAD: "4101",
        Role.REVENUE_GOODS: "500101",
        Role.REVENUE_SERVICES: "500102",
        Role.COST_OF_SALES: "5401",
        Role.TAXES: "5403",
        Role.SELLING: "5601",
        Role.ADMIN: "5602",
        Role.FINANCE: "5603",
        Role.PENDING_GAIN: "5301",
        Role.PENDING_LOSS: "5711",
        Role.NON_OPERATING_INCOME: "5301",
        Role.NON_OPERATING_EXPENSE: "5711",
    },
)
"""Sixty-six first-level accounts of 财会[2011]17号 and the sub-accounts the postings need."""

ENTERPRISE = Chart(
    "企业会计准则",
    _accounts(_BOTH.strip() + _ENTERPRISE),
    {
        **_COMMON_CODES,
        Role.CAPITAL: "4001",
        Role.YEAR_PROFIT: "4103",
        Role.OPENING: "4104",
        Role.WORK_IN_PROGRESS: "5001",
        Role.OVERHEAD: "5101",
        Role.REVENUE_GOODS: "600101",
        Role.REVENUE_SERVICES: "600102",
        Role.COST_OF_SALES: "6401",
        Role.TAXES: "6403",
        Role.SELLING: "6601",
        Role.ADMIN: "6602",
        Role.FINANCE: "6603",
        # An approved gain lessens the administrative expenses here; a small business calls it other income.
        Role.PENDING_GAIN: "6602",
        Role.PENDING_LOSS: "6711",
        Role.NON_OPERATING_INCOME: "6301",
        Role.NON_OPERATING_EXPENSE: "6711",
    },
)
CHARTS = (SMALL_BUSINESS, ENTERPRISE)


def chart_named(text: str) -> Chart:
    """The chart a person means by "CN small-business (小企业会计准则)". Raises `chart_unknown`."""
    lowered = text.casefold()
    if "小企业" in text or "small" in lowered:
        return SMALL_BUSINESS
    if "企业会计准则" in text or "enterprise" in lowered or "asbe" in lowered:
        return ENTERPRISE
    raise DomainError("chart_unknown", chart=text[:60])
