import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { readHelmValues } from "../../modules/cdktf/helm-values";
import type { FleetConfig } from "../../modules/config/fleet";
import { fleetContract } from "../../modules/contract/fleet-contract";
import { PRE_PULL } from "../../modules/contract/pre-pull";
import { parseConfig } from "../../modules/load-config";
import { UserError } from "../../modules/user-error";
import { synthesize } from "../../stacks/app";
import type { KubeObject } from "../cluster/objects";

/** As much of the synthesised stack as is read here. */
interface Resources {
  readonly helm_release: Readonly<Record<string, HelmRelease>>;
  readonly kubernetes_namespace_v1: Readonly<Record<string, { readonly metadata: KubeObject["metadata"] }>>;
  readonly kubernetes_priority_class_v1: Readonly<Record<string, KubeObject>>;
}
interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly values: readonly [string];
}

export interface Rendered {
  readonly fleet: FleetConfig;
  /** Namespace, priority class, and the service accounts of runners. */
  readonly first: readonly KubeObject[];
  /** All that the engine's chart makes, its DaemonSet among it. */
  readonly engine: readonly KubeObject[];
  /** The DaemonSet that has the images of runners pulled early. */
  readonly images: readonly KubeObject[];
  /** Pod templates of the runner sets, as their chart hands them to ARC, by `runs-on`. */
  readonly runners: Readonly<Record<string, KubeObject>>;
}

/**
 * What the dagger stack makes in a cluster for a configuration with one fleet, as the real charts render it: `helm template` with
 * exactly the values of the synthesised stack.
 */
export function rendered(settings: object, charts: string): Rendered {
  const config = parseConfig(stringify(settings));
  const out = mkdtempSync(join(tmpdir(), "proof-node-"));
  try {
    synthesize(config, out);
    const stack = join(out, "stacks/dagger");
    const { resource } = JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8")) as { resource: Resources };
    const releases = Object.values(resource.helm_release).map((release) => ({ ...release, objects: template(release, stack, charts) }));
    const { "//": _comment, ...priority } = Object.values(resource.kubernetes_priority_class_v1)[0] as KubeObject & { "//"?: unknown };
    const fleet = config.fleets[0]!;
    const ofSets = releases.filter(({ chart }) => chart === "gha-runner-scale-set").flatMap(({ objects }) => objects);
    const sets = ofSets.filter(({ kind }) => kind === "AutoscalingRunnerSet");
    return {
      fleet,
      first: [
        ...Object.values(resource.kubernetes_namespace_v1).map(({ metadata }) => ({ apiVersion: "v1", kind: "Namespace", metadata })),
        { ...priority, apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" },
        ...ofSets.filter(({ kind }) => kind === "ServiceAccount"),
      ],
      engine: releases.find(({ name }) => name === fleetContract(fleet).engineName)!.objects,
      images: releases.find(({ name }) => name === PRE_PULL)!.objects,
      runners: Object.fromEntries(sets.map(({ metadata, spec }) => [metadata.name, spec!.template as KubeObject])),
    };
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** A chart's objects. What Terraform puts in when it applies is a word here; its escapes are undone. */
function template({ name, namespace, chart, version, values }: HelmRelease, stack: string, charts: string): KubeObject[] {
  const text = JSON.stringify(readHelmValues(values[0])).replace(/(?<!\$)\$\{[^}]*\}/g, "reference").replace(/\$\$\{/g, "${").replace(/%%\{/g, "%{");
  const file = join(stack, `${name}.json`);
  writeFileSync(file, text);
  const folder = name === PRE_PULL ? chart : join(charts, `${chart}-${version.replace(/^v/, "")}`);
  if (!existsSync(resolve(stack, folder))) throw new UserError(`there is no chart ${folder}`);
  const yaml = execFileSync(process.env.HELM ?? "helm", ["template", name, folder, "--namespace", namespace, "--values", file], { cwd: stack, encoding: "utf8" });
  const objects = parseAllDocuments(yaml).map((document) => document.toJS() as KubeObject | null).filter((object) => object !== null);
  return objects.map((object) => ({ ...object, metadata: { namespace, ...object.metadata } }));
}
