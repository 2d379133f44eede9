// What the dagger stack renders for a configuration, as Kubernetes objects: from cdk.tf.json, with the ids of the
// rig's account in place of Terraform's references.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { readHelmValues } from "../../modules/cdktf/helm-values";
import { isAutoscaled, type AutoscaledFleet } from "../../modules/config/fleet";
import { SEED_ACCOUNT } from "../../modules/contract/seed";
import { parseConfig } from "../../modules/load-config";
import { qualify } from "../../modules/placement/qualify";
import { synthesize } from "../../stacks/app";
import { daemonSet, type EngineValues } from "./chart";
import type { Account, KubeObject } from "../cluster/objects";
import type { Rendered, Settings } from "./objects";

/** As much of the synthesised JSON as is read here. */
interface Resources {
  readonly kubernetes_manifest: Record<string, { readonly manifest: KubeObject }>;
  readonly helm_release: Record<string, { readonly name: string; readonly namespace: string; readonly chart: string; readonly values: readonly [string] }>;
  readonly kubernetes_priority_class_v1: { readonly "engine-priority": KubeObject & { readonly "//"?: unknown } };
}

/** The only AMI that the rig's account has. */
const AMI = "al2023@v20260724";

/** Renders a configuration file, changed by `change`. */
export function render(account: Account, file: string, change?: (settings: Settings) => void): Rendered {
  const settings = parse(readFileSync(file, "utf8")) as Settings;
  settings.versions = { ...settings.versions, ami: AMI };
  change?.(settings);
  const config = parseConfig(stringify(settings), file);
  const out = mkdtempSync(join(tmpdir(), "proof-karpenter-"));
  synthesize(config, out);
  const { resource } = JSON.parse(readFileSync(join(out, "stacks/dagger/cdk.tf.json"), "utf8")) as { resource: Resources };
  rmSync(out, { recursive: true });

  const manifests = Object.values(resource.kubernetes_manifest).map(({ manifest }) => resolved(manifest, account));
  const releases = Object.values(resource.helm_release);
  const { "//": _comment, ...priority } = resource.kubernetes_priority_class_v1["engine-priority"];
  return {
    priorityClass: { ...priority, apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" },
    fleets: config.fleets.filter(isAutoscaled).map((fleet) => {
      const called = (kind: string) => manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === fleet.name)!;
      const own = releases.filter(({ namespace }) => namespace === fleet.namespace);
      const engine = own.find(({ chart }) => chart === "dagger-helm")!;
      return {
        ...fleet,
        nodeClass: called("EC2NodeClass"),
        nodePool: called("NodePool"),
        allowedTypes: qualify(fleet.nodes).types.map(({ name }) => name),
        daemonSet: daemonSet(engine, resolved(readHelmValues(engine.values[0]) as unknown as EngineValues, account)),
        seeds: own
          .filter(({ name }) => name === SEED_ACCOUNT)
          .flatMap(({ values }) => resolved((readHelmValues(values[0]) as unknown as { objects: KubeObject[] }).objects, account)),
        sizes: own
          .filter(({ chart }) => chart === "gha-runner-scale-set")
          .map(({ name, values }) => ({ name, pod: podOf(fleet, name, resolved((readHelmValues(values[0]) as unknown as { template: KubeObject }).template, account)) })),
      };
    }),
  };
}

/** A scale set's pod template as a bare pod; ARC, too, never lets a runner start twice. */
const podOf = (fleet: AutoscaledFleet, size: string, { metadata, spec }: KubeObject): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { ...metadata, namespace: fleet.namespace, labels: { proof: "runner", fleet: fleet.name, size } },
  spec: { ...spec, restartPolicy: "Never" },
});

/** Puts the account's ids for references, and undoes Terraform's escapes. */
function resolved<T>(value: T, account: Account): T {
  const references: [RegExp, (i: string) => string | undefined][] = [
    [/private_subnet_ids, (\d+)/, (i) => account.subnets[Number(i)]],
    [/runner_security_group_ids, 0/, () => account.sg],
    [/runner_instance_profile/, () => account.profile],
    [/seed_bucket/, () => "seeds"],
  ];
  const text = JSON.stringify(value)
    .replace(/(?<!\$)\$\{[^}]*\}/g, (reference) => {
      const [pattern, id] = references.find(([pattern]) => pattern.test(reference)) ?? [];
      if (!pattern || !id) throw new Error(`the rig has nothing for ${reference}`);
      return id(pattern.exec(reference)?.[1] ?? "") ?? "";
    })
    .replace(/\$\$\{/g, "${")
    .replace(/%%\{/g, "%{");
  return JSON.parse(text) as T;
}
