export const money = (amount: number): string => amount.toLocaleString("en-US", { style: "currency", currency: "USD" });

/** Columns, further in; one of dollars is right-aligned. */
export function table(cells: readonly (readonly string[])[]): string[] {
  const widths = (cells[0] ?? []).map((_cell, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  return cells.map((row) => `    ${row.map((cell, i) => (/^[?$][\d,.]*$/.test(cell) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join("  ")}`.trimEnd());
}
