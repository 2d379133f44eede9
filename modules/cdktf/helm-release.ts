import { Release, type ReleaseConfig } from "@cdktf/provider-helm/lib/release";
import type { Precondition } from "cdktf";
import type { Construct } from "constructs";
import { helmValues } from "./helm-values";
import { escapeLiterals } from "./literals";
import type { Chart } from "../contract/sources";

export interface HelmReleaseProps {
  /** Name of the release. */
  readonly name: string;
  readonly namespace: string;
  /** A chart of a repository, or without one a folder beside the stack. */
  readonly chart: Omit<Chart, "repository"> & Partial<Chart>;
  /** Values of the chart: a plain object, with Terraform references as strings or numbers at most. */
  readonly values?: object;
  /** How long Helm waits for the release to be ready, and at the end for it to be gone. Default 600 s. */
  readonly timeoutSeconds?: number;
  /** Whether Terraform waits until everything in it is ready, or gone. Default true. */
  readonly wait?: boolean;
  readonly createNamespace?: boolean;
  readonly skipCrds?: boolean;
  readonly dependsOn?: ReleaseConfig["dependsOn"];
  /** What must hold before Terraform plans a change of it. */
  readonly precondition?: Precondition[];
}

/**
 * A Helm release of a pinned chart. What a failed upgrade made anew is taken back. A first install that fails is in the
 * cluster but not in Terraform's state (Helm provider 3.1): `replace` lets the next apply install over it. It does that
 * only for a release that failed, so a release of that name which somebody else deployed is still refused.
 */
export function helmRelease(scope: Construct, id: string, props: HelmReleaseProps): Release {
  return new Release(scope, id, {
    name: props.name,
    namespace: props.namespace,
    ...(props.chart.repository === undefined ? {} : { repository: props.chart.repository }),
    chart: props.chart.name,
    version: props.chart.version,
    ...(props.values ? { values: [escapeLiterals(helmValues(props.values))] } : {}),
    wait: props.wait ?? true,
    waitForJobs: props.wait ?? true,
    cleanupOnFail: true,
    replace: true,
    timeout: props.timeoutSeconds ?? 600,
    maxHistory: 5,
    ...(props.createNamespace ? { createNamespace: true } : {}),
    ...(props.skipCrds ? { skipCrds: true } : {}),
    ...(props.dependsOn ? { dependsOn: props.dependsOn } : {}),
    ...(props.precondition ? { lifecycle: { precondition: props.precondition } } : {}),
  });
}
