// What the dagger stack renders for a configuration, as Kubernetes objects: from cdk.tf.json, with the ids of the
// rig's account in place of Terraform's references.
import { build } from "esbuild";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { daemonSet } from "./chart.mjs";

/** The only AMI that the rig's account has. */
const AMI = "al2023@v20260724";
const BUNDLE = resolve("dist/proof-karpenter.cjs");

/** The project's own functions, built as `npm run build` builds it. */
export async function project() {
  const contents = ["stacks/app", "modules/load-config", "modules/placement/qualify"].map((file) => `export * from "./${file}";`);
  await build({
    stdin: { contents: contents.join("\n"), resolveDir: "." },
    ...{ bundle: true, packages: "external", platform: "node", target: "node20", outfile: BUNDLE },
  });
  return (await import(BUNDLE)).default;
}

/** Renders a configuration file, changed by `change`. */
export function render({ parseConfig, synthesize, qualify }, account, file, change = () => {}) {
  const settings = parse(readFileSync(file, "utf8"));
  settings.versions = { ...settings.versions, ami: AMI };
  change(settings);
  const config = parseConfig(stringify(settings), file);
  const out = mkdtempSync(join(tmpdir(), "proof-karpenter-"));
  synthesize(config, out);
  const { resource } = JSON.parse(readFileSync(join(out, "stacks/dagger/cdk.tf.json"), "utf8"));
  rmSync(out, { recursive: true });

  const manifests = Object.values(resource.kubernetes_manifest).map(({ manifest }) => resolved(manifest, account));
  const releases = Object.values(resource.helm_release);
  const { "//": _comment, ...priority } = resource.kubernetes_priority_class_v1["engine-priority"];
  return {
    priorityClass: { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", ...priority },
    fleets: config.fleets.map((fleet) => {
      const called = (kind) => manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === fleet.name);
      const own = releases.filter(({ namespace }) => namespace === fleet.namespace);
      const engine = own.find(({ chart }) => chart === "dagger-helm");
      return {
        ...fleet,
        nodeClass: called("EC2NodeClass"),
        nodePool: called("NodePool"),
        allowedTypes: qualify(fleet.nodes).types.map(({ name }) => name),
        engine: daemonSet(engine, resolved(JSON.parse(engine.values[0]), account)),
        sizes: own
          .filter(({ chart }) => chart === "gha-runner-scale-set")
          .map(({ name, values }) => ({ name, pod: podOf(fleet, name, resolved(JSON.parse(values[0]).template, account)) })),
      };
    }),
  };
}

/** A scale set's pod template as a bare pod; ARC, too, never lets a runner start twice. */
const podOf = (fleet, size, { metadata, spec }) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { ...metadata, namespace: fleet.namespace, labels: { proof: "runner", fleet: fleet.name, size } },
  spec: { ...spec, restartPolicy: "Never" },
});

/** Puts the account's ids for references, and undoes Terraform's escapes. */
function resolved(value, account) {
  const references = [
    [/private_subnet_ids, (\d+)/, (i) => account.subnets[i]],
    [/runner_security_group_ids, 0/, () => account.sg],
    [/runner_instance_profile/, () => account.profile],
  ];
  const text = JSON.stringify(value)
    .replace(/(?<!\$)\$\{[^}]*\}/g, (reference) => {
      const [pattern, id] = references.find(([pattern]) => pattern.test(reference)) ?? [];
      if (!pattern) throw new Error(`the rig has nothing for ${reference}`);
      return id(pattern.exec(reference)[1]);
    })
    .replace(/\$\$\{/g, "${")
    .replace(/%%\{/g, "%{");
  return JSON.parse(text);
}
