import { table as columns } from "../table";

export const money = (amount: number): string => amount.toLocaleString("en-US", { style: "currency", currency: "USD" });

/** Lines of columns, further in; one of dollars is right-aligned. */
export const table = (cells: readonly (readonly string[])[]): string[] => (cells.length === 0 ? [] : columns(cells, 4, /^[?$][\d,.]*$/).split("\n"));
