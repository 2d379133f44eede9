import { parser } from "@prometheus-io/lezer-promql";
import { METRICS, TARGET_LABELS } from "./metrics";

/** What Grafana puts into a query before it asks. */
const grafana = (expr: string) => expr.replaceAll("$__rate_interval", "5m").replaceAll("$__range", "6h");

/**
 * What is wrong with an expression: that Prometheus cannot read it, or that it asks for a metric or a label that nobody
 * exports. Prometheus' own grammar reads it.
 */
export function promqlProblems(written: string): string[] {
  const expr = grafana(written);
  const problems: string[] = [];
  const made = new Set<string>();
  const metrics: string[] = [];
  const labels = new Set<string>();
  let selector = "";
  let inFunction: string[] = [];
  parser.parse(expr).iterate({
    enter(node) {
      const text = expr.slice(node.from, node.to);
      if (node.type.isError) problems.push(`cannot be read at ${node.from}: ${expr.slice(node.from, node.from + 20)}`);
      if (node.name === "VectorSelector") selector = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(text)?.[0] ?? "";
      if (node.name === "Identifier") metrics.push(text);
      if (node.name === "LabelReplace") inFunction = [];
      if (node.name === "StringLiteral") inFunction.push(text);
      if (node.name === "FunctionCallBody") inFunction = [];
      if (node.name === "LabelName") {
        if (node.node.parent?.name === "UnquotedLabelMatcher") {
          if (!labelsOf(selector).includes(text)) problems.push(`${selector} has no label ${text}`);
        } else labels.add(text);
      }
    },
    leave(node) {
      // Of label_replace(vector, "made", "$1", "from", "regex").
      if (node.name !== "FunctionCall" || !expr.slice(node.from).startsWith("label_replace")) return;
      const [to, , from] = inFunction.slice(-4).map((text) => text.slice(1, -1));
      made.add(to!);
      labels.add(from!);
    },
  });
  const known = metrics.flatMap((metric) => (metricOf(metric) === undefined ? [] : labelsOf(metric)));
  problems.push(...metrics.filter((metric) => metricOf(metric) === undefined).map((metric) => `nobody exports ${metric}`));
  problems.push(...[...labels].filter((label) => !made.has(label) && !known.includes(label)).map((label) => `no metric in it has a label ${label}`));
  return problems;
}

const HISTOGRAM = /_(bucket|sum|count)$/;
const metricOf = (name: string) => METRICS[name] ?? (METRICS[name.replace(HISTOGRAM, "")]?.histogram === true ? METRICS[name.replace(HISTOGRAM, "")] : undefined);
const labelsOf = (name: string): readonly string[] => [...(metricOf(name)?.labels ?? []), ...TARGET_LABELS, ...(name.endsWith("_bucket") ? ["le"] : [])];
