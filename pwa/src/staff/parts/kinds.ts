// What an operation or a fact is called on the page, by its kind.

import type { staff } from '../../i18n/texts/staff';
import { t } from './words';

const LABELS: readonly [prefix: string, key: keyof typeof staff][] = [
  ['sales.sell', 'kind_sell'],
  ['sales.sale_recorded', 'kind_sell'],
  ['sales.take_back', 'kind_take_back'],
  ['sales.goods_returned', 'kind_take_back'],
  ['stock.receive', 'kind_receive'],
  ['stock.goods_received', 'kind_receive'],
  ['stock.opening_recorded', 'kind_opening'],
  ['stock.count_corrected', 'kind_count_corrected'],
  ['stock.count', 'kind_count'],
  ['stock.waste', 'kind_waste'],
  ['stock.goods_wasted', 'kind_waste'],
  ['stock.transfer_out', 'kind_transfer_out'],
  ['stock.transfer_sent', 'kind_transfer_out'],
  ['stock.transfer_in', 'kind_transfer_in'],
  ['stock.transfer_received', 'kind_transfer_in'],
  ['quality.inspect', 'kind_inspect'],
  ['quality.lot_held', 'kind_held'],
  ['quality.lot_released', 'kind_released'],
  ['quality.release', 'kind_released'],
  ['devices.', 'kind_device'],
  ['sensing.acknowledge', 'kind_acknowledge'],
  ['sensing.', 'cold_chain'],
];

export function kindLabel(kind: string): string {
  const found = LABELS.find(([prefix]) => kind.startsWith(prefix));
  return found ? t(found[1]) : kind;
}
