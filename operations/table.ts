/** Rows in columns as wide as their widest cell; cells that match `toTheRight` stand at the right of theirs. */
export function table(rows: readonly (readonly string[])[], indent = 0, toTheRight?: RegExp): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) => `${" ".repeat(indent)}${row.map((cell, i) => (toTheRight?.test(cell) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join("  ")}`.trimEnd()).join("\n");
}
