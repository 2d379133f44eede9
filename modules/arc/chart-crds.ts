import { DataHelmTemplate } from "@cdktf/provider-helm/lib/data-helm-template";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import type { Chart } from "../contract/sources";

/**
 * The CRDs of a chart as Kubernetes objects of their own. Helm installs the CRDs in a chart's `crds` folder once and
 * never again, and stale ones stop both kinds of ARC from making runners; these follow the chart's version. They are
 * applied on the server's side, since ARC's are too large for the annotation of a client-side apply.
 */
export class ChartCrds extends Construct {
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, { chart, namespace }: { chart: Chart; namespace: string }) {
    super(scope, id);
    const rendered = new DataHelmTemplate(this, "chart", {
      name: id,
      namespace,
      repository: chart.repository,
      chart: chart.name,
      version: chart.version,
      includeCrds: true,
    });
    this.manifest = new Manifest(this, "crd", {
      manifest: {},
      fieldManager: { name: "terraform-crds", forceConflicts: true },
      timeouts: { create: "5m", update: "5m", delete: "10m" },
    });
    const crds = `data.helm_template.${rendered.friendlyUniqueId}.crds`;
    // cdktf's iterators give only maps of known keys or lists by position; a CRD is best known by its name.
    this.manifest.addOverride("for_each", `\${{ for crd in ${crds} : yamldecode(crd).metadata.name => crd }}`);
    this.manifest.addOverride("manifest", "${yamldecode(each.value)}");
  }
}
