/** One line of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const labelsOf = (text: string) =>
  Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));

/** Reads what an exporter answers. */
export const samples = (text: string): Sample[] =>
  text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name, labels = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line)!;
      return { name: name!, labels: labelsOf(labels), value: Number(value) };
    });

/** What a selector selects. As in Prometheus, a regular expression must match the whole value. */
function select(all: readonly Sample[], selector: string): Sample[] {
  const [, name, matchers = ""] = /^(\w+)(?:\{(.*)\})?$/.exec(selector) ?? [];
  if (name === undefined) throw new Error(`not a selector: ${selector}`);
  const parsed = [...matchers.matchAll(/(\w+)(=~|!=|=)"((?:[^"\\]|\\.)*)"/g)];
  return all.filter(
    (sample) =>
      sample.name === name &&
      parsed.every(([, label, operator, pattern]) => {
        const value = sample.labels[label!] ?? "";
        if (operator === "=~") return new RegExp(`^(?:${pattern!})$`).test(value);
        return (value === pattern) === (operator === "=");
      }),
  );
}

/**
 * Whether an alert of this expression would fire: `absent(selector)`, or sums and differences of `max(selector)`
 * compared with a number. As in Prometheus, nothing is compared where one side is missing.
 */
export function fires(expression: string, all: readonly Sample[]): boolean {
  const [, absent] = /^absent\((.*)\)$/.exec(expression) ?? [];
  if (absent !== undefined) return select(all, absent).length === 0;
  const [, left, bound] = /^(.*) > (\d+)$/.exec(expression) ?? [];
  if (left === undefined) throw new Error(`not a known form: ${expression}`);
  const terms = left.split(" - ").map((term) => {
    const [, selector] = /^max\((.*)\)$/.exec(term) ?? [];
    if (selector === undefined) throw new Error(`not a known form: ${term}`);
    const found = select(all, selector).map(({ value }) => value);
    return found.length === 0 ? undefined : Math.max(...found);
  });
  if (terms.includes(undefined)) return false;
  const [first, ...rest] = terms as number[];
  return first! - rest.reduce((sum, value) => sum + value, 0) > Number(bound);
}
