// The help inside the app: one short section a task, in both languages.

export const help = {
  title: ['帮助', 'Help'],
  lead: ['没有网也能用：先存在手机上，有网自动上传。', 'It works without a network: everything is saved on the phone first and sent when the network is back.'],
  scan_t: ['扫码', 'Scanning'],
  scan: ['打开相机对准条码，听到“嘀”就是读到了。长条码请靠近、横放。扫码枪可以直接扫，任何页面都行。也可以手输条码、货号或品名。扫到不认识的条码会停下来让你核对，不会自动建商品。', 'Open the camera and aim at the code; a beep means it was read. Hold long codes close and level. A hand scanner works on every page, and you can type a code, an item number or a name. An unknown code stops and asks; nothing is created by itself.'],
  sell_t: ['卖货', 'Selling'],
  sell: ['一件一件扫，同一商品再扫一次加一。点一下行可以改数量或批次。价格标签按标签上的金额收。店长可以点“改价”改单价或减一笔钱，别人要请店长来。点“收款”选付款方式，显示“已记下”才算完成。', 'Scan item by item; scanning the same item again adds one. Tap a line to change its quantity or lot. A price label is charged exactly as printed. A manager can change the price or take something off under “Change price”; others ask them to. Choose Take payment; the sale is done when “recorded” appears.'],
  receive_t: ['收货', 'Receiving'],
  receive: ['选采购单（没有也可以），扫码后填数量、单位、批次、到期日；GS1 条码会自动填好批次和到期日。收完点“完成收货”，质检员就能看到。', 'Choose the purchase order if there is one, scan, then enter quantity, unit, lot and expiry; GS1 codes fill in lot and expiry themselves. Complete the receipt and inspectors will see it.'],
  count_t: ['盘点', 'Counting'],
  count: ['盘点时不显示账面数。扫一次加一，也可以点数量直接填。提交后系统比较账面，晚到的销售会自动更正。', 'The book figure is hidden. Each scan adds one, or tap the quantity to enter it. After you submit, the difference is worked out, and sales that arrive late are corrected for.'],
  inspect_t: ['质检', 'Inspecting'],
  inspect: ['一张卡一个问题，合格或不合格；没答的算不合格。可以拍照，模糊会请你重拍。最后每一行填合格、冻结、拒收的数量，三项相加等于到货数。冻结和拒收的马上不能卖。', 'One question a card: pass or fail; what is not answered counts as not passed. Photos that are blurred are asked for again. At the end give each line its accepted, held and rejected quantities, which add up to what came. What is held or rejected cannot be sold from that moment.'],
  outbox_t: ['待传', 'Outbox'],
  outbox: ['✓ 门店主机已收，✓✓ 总部已收，✓✓✓ 已备份。没到三个勾手机不会忘记；主机或总部退回旧备份时，手机会自动再传一遍，每笔只算一次。“要处理”的是主机没有接受的，看原因，改好再提交，或放弃。还有没上传的不能退出登录，可以导出交给店长。', '✓ the store’s node has it, ✓✓ head office has it, ✓✓✓ it is backed up. Before the third tick the phone forgets nothing; should the node or head office go back to an old copy, it sends all of it again, and each counts once. “Needs attention” was not accepted: read why, put it right and submit again, or give it up. You cannot sign out while records wait; they can be exported for your manager.'],
  cold_t: ['冷链', 'Cold chain'],
  cold: ['红色表示超限，里面的批次会自动冻结；灰色“没有信号”表示传感器没有声音，请去看看。处理后点“我去处理”写下做了什么。', 'Red means out of limits, and the lots inside go on hold by themselves. “No signal” means the sensor is silent: go and look. Tap “I am on it” and write down what you did.'],
  print_t: ['打印', 'Printing'],
  print: ['商品页可以打印商品标签和批号标签，卖完货可以打印小票。先看预览，印出来就是这样；连点两次也只印一份。打印机没反应时会告诉你怎么办，也可以存成 PDF。', 'An item’s page prints labels of the item and of its lots; after a sale the receipt can be printed. What the preview shows is what comes out, and tapping twice prints one. If the printer does not answer you are told what to do, and there is always the PDF.'],
  lost_t: ['换手机、手机丢了', 'New or lost phone'],
  lost: ['换手机前先看“待传”是不是 0。手机丢了马上告诉店长，主机知道这台手机最后传到第几笔。总部在“门店主机”页按设备编号停用它，门店主机就不再接收它，记录留在手机上；重新信任后登录，会自动上传。', 'Before changing phones make sure nothing waits in the outbox. If a phone is lost tell your manager at once: the node knows the last record it received from it. Head office revokes it by its number on the page “Store nodes”; the stores then refuse it, and its records stay on it; trusted again and signed in, it sends them by itself.'],
} as const satisfies Record<string, readonly [string, string]>;
