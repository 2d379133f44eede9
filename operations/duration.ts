/** Seconds as people say them, in the largest units. */
export function duration(seconds: number, most = 2): string {
  const units = [["d", 86_400], ["h", 3600], ["m", 60], ["s", 1]] as const;
  let rest = Math.max(0, Math.round(seconds));
  const parts = units.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { unit, count };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  if (first < 0) return "0s";
  return parts.slice(first, first + most).filter(({ count }) => count > 0).map(({ unit, count }) => `${count}${unit}`).join(" ");
}
