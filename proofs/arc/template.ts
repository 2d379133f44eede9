import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readHelmValues } from "../../modules/cdktf/helm-values";
import { compare } from "../cluster/compare";
import type { KubeObject } from "../cluster/objects";

/** The pod template that the synthesised dagger stack gives to the chart of a scale set. */
export function templateOf(folder: string, release: string): KubeObject {
  const { resource } = JSON.parse(readFileSync(join(folder, "cdktf.out/stacks/dagger/cdk.tf.json"), "utf8")) as {
    resource: { helm_release: Record<string, { name: string; values: [string] }> };
  };
  const { values } = Object.values(resource.helm_release).find(({ name }) => name === release)!;
  const text = JSON.stringify((readHelmValues(values[0]) as unknown as { template: KubeObject }).template);
  return JSON.parse(text.replace(/\$\$\{/g, "${").replace(/%%\{/g, "%{")) as KubeObject;
}

/** Fields of the template that the pod has otherwise. */
export const changedIn = (template: KubeObject, pod: KubeObject): string[] => compare(template.spec, pod.spec).changed;
