import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { parseConfig } from "../../modules/load-config";
import { alerts } from "../../modules/monitoring/alerts";
import { dashboard } from "../../modules/monitoring/dashboard";
import { questions } from "../../operations/cost/ask-prometheus";
import { clusterSeries, type State } from "./series";

/** Two fleets, one with seeds, so that every row of the dashboard is there. */
const config = parseConfig(`
name: dagger-ci
region: eu-west-1
github: {organization: acme, secret: dagger-ci/github}
versions: {runnerImageDate: "2023-11-14"}
fleets:
  - {name: main, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 20}]}
  - {name: blue, runners: [{cpu: 4, memory: 16Gi, max: 10}]}
`);
const MINUTES = 60;
const well: State = { minutes: MINUTES, assigned: 2, running: 2, enginesDown: 0, diskFree: 0.6, claimWaits: 60, listeners: true };
const ill: State = { ...well, assigned: 5, running: 2, enginesDown: 1, diskFree: 0.1, claimWaits: 1200 };

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
const { groups } = (alerts(config) as { spec: { groups: { name: string; rules: Rule[] }[] } }).spec;
const names = [...new Set(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)))];

/** `promtool` asks for each alert all that fire, with all labels; that something fires is a query on ALERTS. */
const firing = (alert: string, count: number) => ({
  expr: `count(ALERTS{alertname="${alert}", alertstate="firing"}) or vector(0)`,
  eval_time: `${MINUTES}m`,
  exp_samples: [{ labels: "{}", value: count }],
});

/** What Grafana puts into a query. `promtool` has an hour of series, of which some are asked for six. */
const asked = (expr: string) => expr.replaceAll("$__rate_interval", "5m").replaceAll("$__range", "1h");
const { panels } = dashboard(config) as { panels: { title: string; targets?: { expr: string }[] }[] };
/** Those that are empty while all is well have something where it is not. */
const found = (expr: string) => ({ expr: `count(${asked(expr)}) > bool 0`, eval_time: `${MINUTES}m`, exp_samples: [{ labels: "{}", value: 1 }] });

/** Those of listeners are missing only where there is no listener at all; the image is old whatever else is. */
const expected = (missing: boolean): Record<string, number> => ({
  RunnerImageOld: 0,
  RunnerNodeNotInitialized: 1,
  EngineCacheDiskFull: 1,
  EngineNotReady: 2,
  RunnerListenerMissing: missing ? 2 : 0,
  RunnerJobsNotRunning: missing ? 0 : 2,
});
const test = (state: State, tests: object[]) => ({ interval: "1m", input_series: clusterSeries(config, state), promql_expr_test: tests });

const queries = [...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)), ...Object.values(questions(config, "1h"))].map(found);
// Two nodes for an hour; one runner of 2 cores on each, of the 6 that it has beside DaemonSets.
const reckoned = [
  { expr: `sum(${asked(questions(config, "1h").nodes!)})`, eval_time: `${MINUTES}m`, exp_samples: [{ labels: "{}", value: 2 }] },
  { expr: `sum(${asked(questions(config, "1h").asked!)}) / sum(${asked(questions(config, "1h").cpuHours!)})`, eval_time: `${MINUTES}m`, exp_samples: [{ labels: "{}", value: 4 / 12 }] },
];
const tests = {
  rule_files: ["rules.yaml"],
  evaluation_interval: "1m",
  tests: [
    test(well, names.map((alert) => firing(alert, 0))),
    test(ill, [...Object.entries(expected(false)).map(([alert, count]) => firing(alert, count)), ...queries, ...reckoned]),
    test({ ...ill, listeners: false }, Object.entries(expected(true)).map(([alert, count]) => firing(alert, count))),
    // promtool's clock begins in 1970: the image is old 21 days after the day that the configuration says.
    { interval: "6h", input_series: [], promql_expr_test: [], alert_rule_test: [imageOld("20d", []), imageOld("23d", groups[0]!.rules.filter(({ alert }) => alert === "RunnerImageOld"))] },
  ],
};

function imageOld(after: string, rules: readonly Rule[]) {
  return { eval_time: after, alertname: "RunnerImageOld", exp_alerts: rules.map(({ labels, annotations }) => ({ exp_labels: labels, exp_annotations: annotations })) };
}

const folder = process.argv[2]!;
// The day of the image is a number in the alert's expression; here it is the first day of promtool's clock.
const shifted = JSON.parse(JSON.stringify(groups).replace(`time() - ${Date.parse("2023-11-14T00:00:00Z") / 1000}`, "time() - 0")) as typeof groups;
writeFileSync(join(folder, "rules.yaml"), stringify({ groups: shifted }));
writeFileSync(join(folder, "tests.yaml"), stringify(tests));
console.log(`${names.length} alerts and ${queries.length} queries of ${panels.filter(({ targets }) => targets).length} panels and of npm run cost`);
