// Head office's help: of every chapter its title, what it is for, how it is done, and what to do when it goes wrong.

export const officeHelp = {
  lead: ['每章三段：做什么用、怎么做、出了问题怎么办。每页右上角的问号直接打开那一页的章节。', 'Every chapter says what a thing is for, how it is done, and what to do when it goes wrong. The question mark at the top of a page opens that page’s chapter.'],
  search: ['查找帮助', 'Find in the help'],
  chapters_n: ['{n} 章', 'Chapters: {n}'],
  none_text: ['换个词试试，例如“发票”或“迟到”。中英文都可以查。', 'Try another word, such as “invoice” or “late”. Both languages are searched.'],
  part_for: ['做什么用', 'What it is for'],
  part_how: ['怎么做', 'How to do it'],
  part_wrong: ['出了问题', 'When it goes wrong'],
  open_page: ['打开这一页', 'Open the page'],
  open_page_of: ['打开这一页：{title}', 'Open the page: {title}'],
  group_start: ['从这里开始', 'To begin with'],
  group_books: ['账务', 'Books'],
  group_reports: ['报表', 'Reports'],
  group_goods: ['商品与质量', 'Goods and quality'],
  group_house: ['底账与设置', 'Ledger and set-up'],

  sign_in_t: ['登录和角色', 'Signing in and roles'],
  sign_in_for: ['每个人用自己的账号登录，每条记录才知道是谁做的。角色决定能看什么、能做什么；没有权限的页面不在菜单里。', 'Everybody signs in under a name of their own, so that every record says whose it is. The role decides what one sees and does; pages you may not open are not in the menu.'],
  sign_in_how: ['老板在“主数据 › 人员”里建账号：账号、角色、门店、初始密码（至少 10 个字符）。老板、总部、会计看全部门店；店长、店员、质检员只看分给他们的门店。第一个老板用控制台上的一次性代码建立。', 'The owner makes people under Master data › People: user, role, stores, and a first password of at least 10 characters. Owner, head office and accountant see all stores; managers, clerks and inspectors see those they are given. The first owner is made with the one-time code shown on the console.'],
  sign_in_wrong: ['密码连错三次起要等一会儿，越错等得越久，最多 15 分钟，不会永久锁死。半小时不用、或登录满 12 小时，要重新登录。忘了密码，请老板设一个新的。有人离职就点“停用”，他以前的记录都保留。', 'From the third wrong password on one has to wait, longer each time, never more than 15 minutes; nobody is locked out for good. After half an hour without use, or twelve hours in all, you sign in again. A forgotten password is replaced by the owner. When somebody leaves, revoke them; what they recorded stays.'],

  figures_t: ['看数字、追来历', 'Figures and where they come from'],
  figures_for: ['总览、销售、库存、临期，看各店经营得怎样。这些数没有一个是手填的，都由门店的记录累计而成。', 'Overview, Sales, Stock and Near expiry show how the stores are doing. None of these figures is typed in: each is a sum of what stores recorded.'],
  figures_how: ['在页面上方选门店，有时间段的再选时间段；换页时会跟着走，也写在网址里，可以直接发给同事。点带链接的数字，看构成它的事实。销售和库存可以导出 CSV，电脑上每页都可以打印。', 'Choose the stores at the top, and the period where there is one; both go along to the next page and stand in the address, so a page can be sent to a colleague. Press a linked figure to see the facts behind it. Sales and stock are exported as CSV; on a computer every page can be printed.'],
  figures_wrong: ['标题下写着数据截至什么时候、几家门店迟到，点一下去“门店主机”。“暂定”表示有记录还在等人裁决，数字会变。负库存要盘点，或补录收货。', 'Under the title stands up to when the data reach and how many stores are late; press it for Store nodes. “Provisional” means that records about these goods wait for a decision and the figure may change. Stock below zero: have it counted, or its receipt recorded.'],

  books_t: ['账簿总览', 'The books at a glance'],
  books_for: ['一页看清：账是否平、什么在等人处理、每月和每家店做到哪里、主要科目余额多少。', 'On one page: whether the books hold, what waits for somebody, how far each month and store has come, and the key balances.'],
  books_how: ['从上往下看：核对结果；“等着处理”，每行可以点过去；会计期间和门店封账；主要余额，点一下到科目。门店的收货、销售、报损、盘点、调拨会自动成账，不用再录。', 'Read from the top: the proof; What waits, where a line with an arrow leads to its page; the months, and which stores have sealed them; the key balances, each leading to its account. What stores receive, sell, waste, count and transfer becomes vouchers by itself.'],
  books_wrong: ['核对是红的，看“账账相符吗”一章。有“记不上账的单据”，看“晚到的记录”一章。一张凭证也没有，说明门店还没有记录，或还没传上来，请看“门店主机”。', 'A red proof: see the chapter on proofs. Documents that cannot be posted: see the chapter on records that come late. No vouchers at all: no store has recorded anything or sent it yet; look at Store nodes.'],

  voucher_t: ['凭证和背后的扫码', 'A voucher and the scans behind it'],
  voucher_for: ['每一笔账都有凭证，每张凭证都说得出来历：原始记录、扫过的码、质检和照片、相关的凭证。', 'Every entry belongs to a voucher, and every voucher tells where it comes from: the fact, the codes that were scanned, the inspections with their photos, and the vouchers it belongs with.'],
  voucher_how: ['在“账簿 › 凭证”里按时间段、种类、单号找，或从科目明细点进来。凭证上写着按哪版规则和政策记的、已导出到哪个软件。手工凭证只记没有其他单据的业务，例如折旧、计提、更正；借贷必须相等，存货科目由库存自己记。', 'Find it under Books › Vouchers by period, kind or number, or come from a line of an account. It names the version of the rules and the policy it was posted under, and the programs it was exported to. A manual voucher is only for what no other paper tells, such as depreciation, accruals and corrections; debits must equal credits, and stock accounts follow the stock by themselves.'],
  voucher_wrong: ['凭证从不改动，也不删除。收付款和手工凭证可以“红字冲销”：整张、一次、写明原因，日期是今天。货的差错在货上更正：退货、盘点、退给供应商。', 'A voucher is never changed or deleted. Money and manual vouchers can be taken back by a voucher in red: whole, once, with a reason, dated today. A mistake about goods is put right where the goods are: by a return, a count, or sending them back to the supplier.'],

  accounts_t: ['科目账：从余额追到单据', 'Accounts: from a balance to the paper'],
  accounts_for: ['每个科目的期初、借方、贷方和期末，一层层点下去，直到原始单据。', 'Opening, debit, credit and closing of every account, and from there step by step down to the original paper.'],
  accounts_how: ['在“账簿 › 科目账”里选时间段和门店，按编码或名称查找。点科目看明细，明细写着对方科目和每笔之后的余额；点明细看凭证，凭证再到原始记录。', 'Under Books › Accounts choose period and stores, and find an account by code or name. Press it for its lines, each with the accounts against it and the balance after it; a line leads to its voucher, the voucher to the fact.'],
  accounts_wrong: ['只看部分门店时借贷不一定相等，因为一张凭证会跨门店。看全部门店还显示不平，请到总览点“立即核对”，先别结账。日期旁写着业务日的，是月份已结账、记入第一个未结账日的业务。', 'For some stores only, debits need not equal credits, because a voucher may span stores. If all stores together are marked as not balanced, press Prove now on the overview and close nothing. A line with a second day beside its date came when its month was closed, and stands on the first open day.'],

  purchases_t: ['采购结算：三单相符', 'Purchases: matching three papers'],
  purchases_for: ['收货先按暂估入账；发票来了，把订单、收货、发票对在一起，相符才入账。', 'Receipts stand at an estimate until their invoice comes. Then order, receipt and invoice are held against each other, and what agrees is booked.'],
  purchases_how: ['在“采购结算”点“录发票”：选供应商，照发票填号码、日期，勾上它开的收货行，填数量和不含税单价。边填边提示多开了多少、哪里超价。相符马上入账，欠供应商的钱随之记上。运费在第三个页签，按金额、数量或重量分摊。', 'Under Purchases choose Record an invoice: the supplier, the invoice’s number and day, then tick the receipts it bills and type quantity and price without VAT. While you type, the page says what is more than received or above the agreed price. What agrees is booked at once and owed. Freight is on the third tab, shared out by value, quantity or weight.'],
  purchases_wrong: ['对不上的先挂着：门店的收货传上来后“重新核对”，或写明原因“批准入账”，或“退回”，退回的号码可以再录。没人收到过的货不能批准。没有收货行可勾，说明货没收到，或门店还没传上来。', 'What does not agree is held: match it again once the store has told of its receipt, approve it with a reason, or reject it; a rejected number may be recorded again. What nobody has received cannot be approved. With no receipt to tick, the goods have not come or the store has not told of them yet.'],

  differences_t: ['盘盈盘亏与损失', 'Stock differences'],
  differences_for: ['盘点、调拨的差异和非正常损失先挂在待处理财产损溢，等人批准才进损益。', 'What counts and transfers find, and abnormal losses, wait in the pending account until somebody decides.'],
  differences_how: ['在账簿总览点“盘盈盘亏、非正常损失”。逐笔批准盘盈或损失，写明原因和日期；损失有人赔的，填赔款和由谁赔。盘盈记营业外收入，损失扣掉赔款后记营业外支出。', 'Press Stock differences on the books’ overview. Approve each gain or loss with a reason and a day; where somebody makes a loss good, say how much and who. A gain becomes other income, a loss less its compensation other expense.'],
  differences_wrong: ['批准后不能撤回，所以先点单号看看凭证和背后的记录。有没批准的差异，这个月就不能正常结账。', 'A decision cannot be taken back, so press the number first and look at the voucher and the fact behind it. While a difference waits, its month closes only by force.'],

  money_t: ['收付款和冲销', 'Payments, and taking them back'],
  money_for: ['登记银行流水里看到的钱：付供应商、收客户款、费用、钱包和平台到账、投入资本。门店收银台的钱会自己进账。', 'What the bank statement shows: suppliers and customers, expenses, settlements of wallets and platforms, capital. What tills take comes by itself.'],
  money_how: ['在“收付款”点“登记”，选种类。付供应商要勾上付的是哪些发票，多付的记在供应商账上。钱包和平台填总额和手续费或佣金，实际到账由系统算出。', 'Under Money press Record and choose the kind. For a supplier tick the invoices it pays; what is above them is paid on account. For a wallet or a platform give the total and the fee or commission; what arrives is worked out.'],
  money_wrong: ['登记后不能删除。支票退票、记错客户、重复登记：从列表点到凭证，按“红字冲销”并写明原因。它付过的发票重新变为未付；客户重新欠款，并占用赊销额度。列表里会多一行负数。一张凭证只能冲销一次。', 'Nothing is deleted. A cheque that bounced, the wrong customer, entered twice: go from the list to the voucher and take it back with a reason. Invoices it paid are unpaid again; what a customer paid is owed again and counts against the limit. The list shows it once more, below zero. A voucher is taken back only once.'],

  terms_t: ['核算设置', 'Terms of the books'],
  terms_for: ['账按什么记：纳税人和会计准则、附加税、增值税税率、计价方法、存货类别，都从某一天起生效。', 'By what the books are kept: taxpayer, standard and surtaxes, VAT rates, costing, and kinds of goods, each from a day on.'],
  terms_how: ['在“账簿 › 核算设置”里设值和起始日。除税率外，都从没有结账的月份的 1 日起。税率按品类或单个商品设。没设的：小企业会计准则、一般纳税人、税率 13%；有保质期的按批次先进先出，其他按移动平均；都算库存商品。', 'Set a value and its first day under Books › Terms. All but VAT rates begin on the first of a month that is open. Rates go by category or by product. Where nothing is set: small-business standard, general taxpayer, 13 % VAT; by lot (FIFO) with a shelf life, by average without; merchandise.'],
  terms_wrong: ['有账却没设税率的商品列在最上面，逐个设好。账一旦见过某商品，它的类别和计价方法就不再改变。税法数字请会计核对。', 'Goods in the books without a rate are named at the top: set their rates. Once the books have met a product, its kind and costing stay. Have your accountant check what the law says.'],

  month_end_t: ['月末结转：增值税、附加税、损益', 'Month-end: VAT, surtaxes, profit and loss'],
  month_end_for: ['月末结转增值税和附加税，再把各店的收入、费用转入本年利润。一般纳税人转出未交增值税；小规模纳税人的增值税留在原科目，只计附加税。', 'At a month’s end VAT and the surtaxes on it are carried over, and the income and expenses of every store go into the year’s profit. A general taxpayer’s VAT becomes VAT to be paid; a small-scale taxpayer’s stays where it is and bears its surtaxes.'],
  month_end_how: ['次月 6 日起，只要没有别的事挡着，系统自动结转上个月。想早一点：“账簿 › 结账 › 那个月”，前面的步骤都打勾后，最后一步点“现在结转”。', 'From the 6th of the next month on it is done by itself, as soon as nothing else stands against the month before. Earlier: Books › Closing › the month, and press Carry over now at the last step, once all other steps are ticked.'],
  month_end_wrong: ['结转后又记了账，再结转一次，只转新增的部分。进项大于销项时没有要转的税，留抵到以后。还有没结转的，这个月就不能正常结账。结转凭证不能冲销，再结转一次即可。', 'What is booked after it takes one more run, which moves only what is new. Where input VAT is more than output VAT nothing is owed; it is carried forward. A month with something left to carry over closes only by force. A month-end is not taken back; it is run once more.'],

  closing_t: ['结账和反结账', 'Closing a month and opening it again'],
  closing_for: ['结了账的月份不再变。一个月一个月按顺序结，过完的月份才能结。', 'The books of a closed month do not change any more. Months are closed in their order, and only when they are over.'],
  closing_how: ['“账簿 › 结账 › 那个月”列出七步：前面的月份已结、门店封账到月底、记录都过账、库存没有负数且差异都批了、发票都有结论、账与库存明细相符、税金和损益已结转。没打勾的逐项写明，点过去处理，再“重新检查”。都打勾就结账。', 'Books › Closing › the month has seven steps: earlier months closed, every store sealed to the end, everything posted, no stock below zero and no difference undecided, every invoice decided, accounts equal to the stock ledger, VAT and profit carried over. What stands against a step is named with a link to settle it; then press Check again. With all ticked, close the month.'],
  closing_wrong: ['门店主机在每天日结三小时后自动封账；没封到月底，多半是离线或关机。非结不可就“强制结账”，写明原因，没处理完的都留底，晚到的记入下一个没结的月份。反结账要两个人：一个人写明原因申请，另一个有权限的人同意。', 'A store’s node seals each day by itself three hours after the day ended; one that has not is mostly offline or switched off. If it must be, close by force with a reason: what was not settled is kept on record, and what comes late goes to the next open month. Opening it again takes two people: one asks with a reason, another with the right agrees.'],

  late_t: ['晚到的记录', 'Records that come late'],
  late_for: ['门店断网时照常营业，记录会晚到。账按业务日补上，已有的凭证不改。', 'A store goes on without a network, so records may come late. The books take them in on their business day, and no voucher changes.'],
  late_how: ['不用做什么。晚到的单据自动成账；因它而变的成本另记“差额”凭证，凭证上写着是哪张单据晚到。月份已经结账的，记入第一个没结账的日子，并注明业务日。', 'Nothing has to be done. A late document is posted by itself; where it changes a cost, a difference is booked as a voucher of its own that names the late document as its cause. If the month is closed it stands on the first open day, with its business day beside it.'],
  late_wrong: ['缺前面单据的，列在“记不上账的单据”里，写明缺什么；缺的来了会自动补上。等人裁决的记录，放行后才入账。一直不来，请看“门店主机”里那家店还有多少没传。', 'What misses an earlier document stands under Documents that cannot be posted, with the reason, and follows by itself once that has come. Records set aside reach the books when they are released. If nothing comes, Store nodes says what the store has not sent.'],

  proofs_t: ['账账相符吗：核对和红色页面', 'Do the books hold: proofs and the red page'],
  proofs_for: ['重新读一遍所有凭证，看账是不是和自己、和库存明细对得上。', 'A proof reads every voucher anew and holds the books against themselves and against the stock ledger.'],
  proofs_how: ['每天自动核对一次，也可以在账簿总览点“立即核对”。看凭证借贷相等、合计等于科目余额、月合计等于日合计、试算平衡、存货科目等于库存明细，还有在制、待处理损溢、预收是否对得上。写着“之后又记了账”的，可以再核对一次。', 'It runs once a day by itself, and whenever you press Prove now on the books’ overview. It looks whether vouchers balance and add up to the accounts, months to their days, the trial balance to zero, and whether stock accounts equal the stock ledger, and work in progress, pending differences and advances what is open. Where more was posted since, prove again.'],
  proofs_wrong: ['变红时，第一处差异写在最上面。先别结账，把这句话原样告诉维护人员；凭证从不改动，差异一定在写的地方。查清之前，报表可能不准。', 'When it is red, the first difference stands on top. Close nothing, and tell whoever looks after the system what it says, word for word: vouchers never change, so the difference lies in the place it names. Until it is found, reports may be wrong.'],

  exports_t: ['凭证导出：金蝶、用友、beancount', 'Exports: Kingdee, Yonyou, beancount'],
  exports_for: ['把凭证交给财务软件或审计。每张凭证给一个软件只交一次，记在批次里。', 'Vouchers for an accounting program or an auditor. Each goes to a program once, in a batch that remembers what it took.'],
  exports_how: ['“账簿 › 导出”：选时间（最多一年）和格式：金蝶 KIS（DBF 或 XLSX）、用友 T3/U8（TXT）。可以按天、按店、按种类汇总，或逐张。点某个月或全部，文件自动下载。beancount 给审计：期初、每张凭证、期末，不标记导出。', 'Books › Exports: choose days (a year at most) and a form: Kingdee KIS as DBF or XLSX, Yonyou T3/U8 as TXT. Vouchers of one day, store and kind are added up, or go each by itself. Press a month or all, and the file is downloaded. beancount is for auditors: opening balances, every voucher, closing balances; nothing is marked.'],
  exports_wrong: ['文件丢了，在批次里“再下载”，内容一模一样；金蝶的批次两种格式都能下载。生成不了文件的批次不会标记凭证。后来又记的账进下一批。先导入对方的测试账套：科目、客户、供应商、部门要用同样的编码。', 'A lost file is downloaded again from its batch, the same to the byte; a batch for Kingdee in either form. A batch whose file cannot be made marks nothing. What is posted later goes into another batch. Import into a copy first: accounts, customers, suppliers and departments must exist there under the same codes.'],

  reports_t: ['报表', 'The gallery of reports'],
  reports_for: ['每份报表回答一个问题。网页、Excel、PDF 出自同一份数据。', 'Each report answers one question; page, spreadsheet and PDF are made from the same figures.'],
  reports_how: ['在“报表”里按名字或问题查找。选时间段（最多三年）、门店、汇总方式；能对比的可以比上期或去年同期。右上角导出 Excel、PDF 或订阅。', 'Under Reports find one by its name or its question. Choose the period (three years at most), the stores, and how it is cut; some compare with the period before or a year ago. At the top it becomes a spreadsheet or a PDF, or is subscribed to.'],
  reports_wrong: ['找不到某份报表，是您的角色不能看，例如财务报表要有看账的权限。长表只显示前面的行，完整明细在 Excel 里。表格下面的说明写着哪些没有计入，例如等待裁决的记录。', 'A report that is not there is not for your role: financial statements, say, need the right to read the books. A long table shows its first rows, the spreadsheet has all. Notes below the tables say what is not counted, such as records set aside.'],

  complete_t: ['截至哪天、哪些门店不完整', 'As of which day, and which stores are missing'],
  complete_for: ['数字能不能信，先看数据到什么时候、差哪家店。', 'Whether a figure can be relied on depends on up to when the data reach and which stores are missing.'],
  complete_how: ['每份报表上方写着几家门店数据完整；不完整的逐家列出数据到几点。一家店在期末以前的记录都收到并计入，才算完整。想看过去某天，把时间段的最后一天选成那天。库存按业务日算，晚到的也计入；科目按记账日算。', 'Above its figures a report says how many stores are complete, and names each that is not with up to when its data reach. A store is complete when all it recorded up to the end of the period has arrived and is counted. To see a past day, let the period end on it. Stock goes by the business day and includes what came later; accounts go by the posting day.'],
  complete_wrong: ['差一家店，到“门店主机”看它什么时候来过。急用可以先导出，Excel 和 PDF 上同样注明哪些门店不完整。等它补传后再看，数字会自己补齐。', 'If a store is missing, Store nodes says when it was last heard. In a hurry, export all the same: spreadsheet and PDF carry the same warning. Once the store has caught up, the figures are complete by themselves.'],

  subscriptions_t: ['订阅和送达', 'Subscriptions and their delivery'],
  subscriptions_for: ['报表到点自动送到邮箱、企业微信、钉钉、飞书群或服务器文件夹。', 'Reports come by themselves: by mail, to a group in WeCom, DingTalk or Feishu, or into a folder on the server.'],
  subscriptions_how: ['打开报表点“订阅”：每天前一日、每周一上一周、每月 1 日上个月，或每天本月至今；再选时间、渠道、收件人。渠道由老板在“订阅”页添加。机器人只发要点和链接，不带文件。', 'Open a report and press Subscribe: every day the day before, on Mondays the week before, on the 1st the month before, or every day the month so far; then time, channel and recipients. The owner adds channels on the page Subscriptions. Robots carry headlines and a link, no file.'],
  subscriptions_wrong: ['门店数据不齐，会等到您设的时限，再照发并注明。对方没收，会再试六次，前后约 18 小时，然后标“发送失败”。“不确定是否送达”不会自动重发：先问对方，再点“重新发送”，发出的是修订版。“已拒绝”多半是权限或渠道变了。晚了一天半以上的不再补发。', 'Where stores are not complete it waits up to your limit, then goes out and says so. What the other side refuses is tried six more times over some 18 hours, then marked Failed. “May not have arrived” is never sent again by itself: ask, then press Send again, which makes a revision. “Refused” mostly means that rights or the channel have changed. What is more than a day and a half late is skipped.'],

  board_t: ['订货台和自动下单', 'Order board and automatic orders'],
  board_for: ['总部每晚算出每家店每个商品该订多少，写明算式；人来批准，或在老板授权的范围内自动下单。', 'Every night head office works out what each store should order of each product, with the whole sum; people approve it, or the program orders inside what the owner allows.'],
  board_how: ['按门店和供应商看，点开一行是算式和背后的销售。改数量要选原因。“批准下单”马上生效，“不采纳”写明原因。“全部”里也写着为什么不用订。最少、最多够卖天数在“主数据 › 商品”里设；店休、活动在“自有日历”里写。', 'Orders stand by store and supplier; a line unfolds into its sum and the sales behind it. Another quantity needs a reason. Approve orders at once, Dismiss takes a reason. All lines also says why something is not ordered. How many days a product should last stands on it under Master data; closed days and events go into Own days.'],
  board_wrong: ['批准错了，点提示里的“撤销”，或在“主数据 › 采购订单”里取消，并通知供应商。自动下单只订人工订过三次以上、预测合格、在范围内的；没自动下的写明原因。授权范围还没有页面，由老板用命令设置。自动下单开着时，有下单权限的人都能停；只有老板能恢复。', 'Approved by mistake: press Undo in the message, or cancel it under Master data › Orders, and tell the supplier. The program orders only what people have ordered three times, while forecasts are fit, inside the limits; what speaks against an order stands beside it. There is no page for the limits yet; the owner sets them by a command. Whoever may order can stop automatic orders while they are on; only the owner resumes.'],

  quality_t: ['质检、冻结和冷链', 'Quality, holds and the cold chain'],
  quality_for: ['哪些货不能卖、为什么；质检员看到了什么；哪里太热。', 'What may not be sold and why, what inspectors saw, and where it was too warm.'],
  quality_how: ['“质检与冻结”有现在冻结的、全部检验和有问题的检验，带答案和照片。“冷链”有每个传感器的温度、界限和超限记录；点“总部跟进”写下正在做什么，门店会看到。冻结的货由门店放行或报损。', 'Quality lists what is on hold now, all inspections and those that failed, with answers and photos. Cold chain shows each sensor with its limits, and every excursion; “Take it up” says what is being done, and the store sees it. Goods on hold are released or wasted in the store.'],
  quality_wrong: ['“没有声音”绝不当作正常，请门店去看看。超限没人处理，会先上报店长，再上报总部。照片还没上传的，等门店传上来就有。', 'A silent sensor is never taken for fine: have somebody look. An excursion nobody deals with goes up to the manager, then to head office. A photo that is not there yet comes once the store has sent it.'],

  stores_t: ['门店主机、手机和设备', 'Store nodes, phones and devices'],
  stores_for: ['每家店一台主机。这里看它什么时候报到、还有多少没传、总部的备份新不新。', 'One machine a store. Here stands when each was last heard, what it has not sent, and how fresh head office’s own copies are.'],
  stores_how: ['新店：先在“主数据 › 门店”建立，老板再在“主数据 › 门店主机”生成接入码，只显示一次，10 分钟内在店里的主机上输入。换新机器也一样，它会从总部取回账本。', 'A new store: set it up under Master data › Stores; then the owner makes an enrolment code under Master data › Store nodes, shown once, to be entered on the store’s machine within 10 minutes. A replaced machine is enrolled the same way and fetches the ledger back.'],
  stores_wrong: ['“迟到”是 15 分钟没有消息：看店里的网络和电源，数据还在店里。机器被偷，老板点“停用主机”，它再发来的只作证据。手机丢了，老板在页面下方按设备编号停用；找到了可以恢复信任。“账本报警”照卡片上写的先到店里看，再选。备份超过一天没有新的，检查总部服务器。', 'Late means no word for 15 minutes: check the store’s network and power; its data are safe there. A stolen machine: the owner revokes the node, and what it still sends is only kept as evidence. A lost phone: the owner revokes it by its number at the foot of the page; found again, it can be trusted again. At a ledger alarm do what its card says, and look in the store before you choose. No new copy for more than a day: check head office’s server.'],

  quarantine_t: ['待裁决的记录', 'Records set aside'],
  quarantine_for: ['有些记录收到了，但先不计入数字：读不懂、越权、人或设备已停用，或排在这样一条后面。', 'Some records have arrived but do not count yet: they cannot be read, go beyond somebody’s rights, come from a revoked person or device, or wait behind such a one.'],
  quarantine_how: ['在“待裁决”里按原因看，每条都写明为什么。和门店核对后，“放行计入”或“作废”，写明原因。老板和店长可以决定，店长只管自己的门店；总部和会计只能看。', 'Set aside lists them by reason, each with why. Check with the store, then let it count or void it, with a reason. The owner and store managers decide, managers for their own stores; head office and accountants can only look.'],
  quarantine_wrong: ['放行后不能再作废；作废后还可以改为放行。门店的库存随之更正。总部还不认识的记录，升级总部后会自动计入。读不通的，作废后请门店重新录入。', 'What was released can no longer be voided; what was voided can still be released. The store’s stock follows. A kind head office does not know yet counts by itself after an upgrade. What cannot be read is voided and entered anew by the store.'],

  facts_t: ['事实明细：查谁做了什么', 'Facts: who did what'],
  facts_for: ['底账只增不改，每条和前一条扣在一起。谁、何时、在哪家店、用什么设备做了什么，都查得到。', 'The ledger is only ever added to, and each fact is chained to the one before. Who did what, when, in which store and with which device can always be looked up.'],
  facts_how: ['在“事实明细”点“筛选”，按门店、类型、商品、批次、营业日找；从别处点数字过来，筛选已经设好。点一条看原文，页面会重新算一遍它的哈希。', 'Under Facts press Filter: store, kind, SKU, lot, business day; coming from a figure, the filters are set already. Press a fact to see it whole; its hash is computed again while you look.'],
  facts_wrong: ['显示“链条断裂”，不要相信依赖它的数字，联系维护人员。写着“未计入”的，是重复、被作废的盘点带走，或还在等人裁决。', 'Where it says that the chain is broken, do not trust figures that depend on it, and call whoever looks after the system. A fact marked as not counted was told twice, fell with a voided count, or waits for a decision.'],

  master_t: ['主数据', 'Master data'],
  master_for: ['商品、品类、供应商、客户、合同价、门店、库位、传感器、自有日历、人员：只在总部维护，门店主机自动收到。', 'Products, categories, suppliers, customers, contract prices, stores, places, sensors, own days, people: kept by head office alone, and the stores’ nodes get every change by themselves.'],
  master_how: ['先建品类和供应商，再建商品、条码和价格；没有单独定价的门店用全连锁价。老板和总部可以改；人员和接入码只有老板能管。没有按钮的，是您的角色不能改。', 'Begin with categories and suppliers, then products with barcodes and prices; a store without a price of its own uses the chain’s. Owner and head office may change them; people and enrolment codes are the owner’s. Where there is no button, your role may not change it.'],
  master_wrong: ['编号定下后不能改。保存不了时，标红的栏目写明原因，填的内容还在。自有日历写错了，把“有效”改成“否”，记录仍保留。', 'A code cannot be changed later. What cannot be saved is marked with the reason, and what you typed stays. A day told wrongly is taken back by setting Holds to No; the record stays.'],
} as const satisfies Record<string, readonly [string, string]>;
