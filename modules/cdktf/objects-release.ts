import type { Release } from "@cdktf/provider-helm/lib/release";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { PRE_PULL } from "../contract/pre-pull";
import { SEED_ACCOUNT } from "../contract/seed";
import { WARM_CLOCK } from "../contract/warm";
import { helmRelease } from "./helm-release";
import { chartYaml, LocalChart, type ChartFiles } from "./local-chart";

const VERSION = "1.0.0";
/** The objects come as values, so that a plan shows what changes in them. */
const TEMPLATE = "{{- range .Values.objects }}\n---\n{{ toJson . }}\n{{- end }}\n";

/** Releases of the project's own objects, and their charts. A plan of a pull request may have no other. */
export const OBJECT_CHARTS = [SEED_ACCOUNT, WARM_CLOCK, PRE_PULL] as const;
type ObjectChart = (typeof OBJECT_CHARTS)[number];

/** The files of such a chart, by their paths in it. */
export const objectsChartFiles = (name: string): ChartFiles => ({ "Chart.yaml": chartYaml({ name, version: VERSION }), "templates/objects.yaml": TEMPLATE });

interface ObjectsRelease {
  /** Of release and chart. */
  readonly name: ObjectChart;
  readonly namespace: string;
  readonly objects: readonly object[];
  /** Whether Helm waits until its pods are ready. */
  readonly wait?: boolean;
  readonly dependsOn: ITerraformDependable[];
}

/** A Helm release of objects that belong together, in a chart of the project's own: they come, change and go as one. */
export function objectsRelease(scope: Construct, id: string, { name, namespace, objects, wait, dependsOn }: ObjectsRelease): Release {
  const chart = new LocalChart(scope, name, objectsChartFiles(name));
  return helmRelease(scope, id, {
    name,
    namespace,
    chart: { name: chart.path, version: VERSION },
    values: { objects },
    ...(wait === undefined ? {} : { wait }),
    dependsOn,
  });
}
