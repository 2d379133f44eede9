import type { Release } from "@cdktf/provider-helm/lib/release";
import type { Construct } from "constructs";
import type { Chart } from "../contract/sources";
import { helmRelease, type HelmReleaseProps } from "./helm-release";
import { chartYaml, LocalChart, type ChartFiles } from "./local-chart";

/** Kept by Helm when a release goes: a CRD takes every object of its kind with it. */
export const KEEP = { "helm.sh/resource-policy": "keep" } as const;

/** Makes what the one dependency has in its `crds` folder part of the release. */
const CRDS_TEMPLATE = `{{- range $name, $chart := .Subcharts }}
{{- range $path, $text := $chart.Files.Glob "crds/*" }}
{{- range $document := regexSplit "(?m)^---[ \\\\t]*$" ($text | toString) -1 }}
{{- with fromYaml $document }}
{{- if ne .kind "CustomResourceDefinition" }}{{ fail (printf "%s of %s holds something that is no CRD" $path $name) }}{{ end }}
{{- $annotations := merge (dict "helm.sh/resource-policy" "keep") (.metadata.annotations | default dict) }}
{{- $_ := set .metadata "annotations" $annotations }}
---
{{ toYaml . }}
{{- end }}
{{- end }}
{{- else }}{{ fail (printf "chart %s has no folder crds any more" $name) }}
{{- end }}
{{- end }}
`;

/** The files of the chart that wraps another, by their paths in it. */
export const wrapperFiles = ({ repository, name, version }: Chart): ChartFiles => ({
  "Chart.yaml": chartYaml({ name: `${name}-with-crds`, version, dependencies: [{ name, version, repository }] }),
  "templates/crds.yaml": CRDS_TEMPLATE,
});

/**
 * A release of a chart that has CRDs in its `crds` folder. Helm installs those once and never again, and stale ones
 * stop both kinds of ARC from making runners. So the synth writes a chart of two small files whose only dependency is
 * the chart, and whose template takes the CRDs from there into the release: they come up with the chart's version, and
 * stay when the release goes. Terraform's state holds none of their megabytes, and Helm's own record of the release
 * only what is rendered, which keeps it under the megabyte that a Secret may have.
 */
export function helmReleaseWithCrds(
  scope: Construct,
  id: string,
  props: HelmReleaseProps & { readonly chart: Chart },
): Release {
  const { chart, values } = props;
  const release = helmRelease(scope, id, {
    ...props,
    chart: { name: new LocalChart(scope, chart.name, wrapperFiles(chart)).path, version: chart.version },
    values: { [chart.name]: values },
    skipCrds: true,
  });
  // Helm fetches the chart into the wrapper when Terraform plans or applies.
  release.dependencyUpdate = true;
  // CRDs that are there already, of an earlier ARC, belong to nobody or to another release.
  release.takeOwnership = true;
  return release;
}
