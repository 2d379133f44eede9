import { ensureSyntaxTree, LanguageSupport } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { LanguageType, promQLLanguage } from "@prometheus-io/codemirror-promql/dist/cjs/promql.js";
import { Parser } from "@prometheus-io/codemirror-promql/dist/cjs/parser/parser.js";
import { parser } from "@prometheus-io/lezer-promql";
import { METRICS, TARGET_LABELS } from "./metrics";

/** What Grafana puts into a query before it asks. */
const grafana = (expr: string) => expr.replaceAll("$__rate_interval", "5m").replaceAll("$__range", "6h");

/**
 * What is wrong with an expression: that Prometheus cannot read it or its types do not fit, or that it asks for a metric or a
 * label that nobody exports. What Prometheus' own page has for its queries reads it.
 */
export function promqlProblems(written: string): string[] {
  const expr = grafana(written);
  const problems: string[] = typeProblems(expr);
  const made = new Set<string>();
  const metrics: string[] = [];
  const labels = new Set<string>();
  let selector = "";
  let inFunction: string[] = [];
  parser.parse(expr).iterate({
    enter(node) {
      const text = expr.slice(node.from, node.to);
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

function typeProblems(expr: string): string[] {
  const state = EditorState.create({ doc: expr, extensions: new LanguageSupport(promQLLanguage(LanguageType.PromQL)) });
  // An editor reads for 20 ms and leaves the rest for later, which a busy machine would take for a fault.
  ensureSyntaxTree(state, expr.length, 20_000);
  const reading = new Parser(state.update({}).state);
  reading.analyze();
  return reading.getDiagnostics().map(({ message }) => message);
}

const HISTOGRAM = /_(bucket|sum|count)$/;
const metricOf = (name: string) => METRICS[name] ?? (METRICS[name.replace(HISTOGRAM, "")]?.histogram === true ? METRICS[name.replace(HISTOGRAM, "")] : undefined);
const labelsOf = (name: string): readonly string[] => [...(metricOf(name)?.labels ?? []), ...TARGET_LABELS, ...(name.endsWith("_bucket") ? ["le"] : [])];
