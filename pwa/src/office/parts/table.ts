// What a table's column is, and how its rows are put in order.

export interface Column<Row> {
  key: string;
  label: string;
  /** Right-aligned figures. */
  figures?: boolean;
  /** The row's name: the card's heading on a phone. */
  main?: boolean;
  /** Holds a button: its heading is only for those who hear the page. */
  act?: boolean;
  /** Given: the column can be sorted by it. */
  by?: (row: Row) => number | string;
}
export interface Order {
  key: string;
  down: boolean;
}

/** Rows in the order asked for; equal ones keep their place. Text is compared as the reader's language does. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order | null, language: string): Row[] {
  const by = columns.find((column) => column.key === order?.key)?.by;
  if (!order || !by) return [...rows];
  const collator = new Intl.Collator(language, { numeric: true });
  const sign = order.down ? -1 : 1;
  return [...rows].sort((one, other) => {
    const a = by(one);
    const b = by(other);
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)));
  });
}

/** The next order when a heading is pressed: figures begin with the largest, text with the first. */
export function pressed<Row>(column: Column<Row>, order: Order | null): Order {
  if (order?.key === column.key) return { key: column.key, down: !order.down };
  return { key: column.key, down: column.figures ?? false };
}
