// A table as a file that a spreadsheet opens: quoted where needed, with the mark that makes Excel read UTF-8, and no cell that a
// spreadsheet would take for a formula.

/** The text of a CSV file; a cell that begins like a formula gets an apostrophe, unless it is a plain number. */
export function csv(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: string | number | null | undefined): string {
  const text = String(value ?? '');
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Hands a text to the browser's downloads. */
export function download(name: string, text: string): void {
  downloadFile(name, new Blob([text], { type: 'text/csv' }));
}

/** Hands a file to the browser's downloads. */
export function downloadFile(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
