import { readHelmValues } from "../../../modules/cdktf/helm-values";
import { versions } from "../../../modules/facts/versions";
import { chartOf, minimal, resources, synthesize } from "../../support/project";

interface DaemonSet {
  readonly metadata: object;
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string; readonly command: readonly string[] }[]; readonly tolerations: readonly { readonly key: string }[]; readonly [key: string]: unknown } } };
}
const releaseOf = (fleets: string, more = "") =>
  resources(synthesize(minimal(`${more}\nfleets: [${fleets}]`)).stacks.dagger, "helm_release").filter((release) => chartOf(release) === "runner-images");
const daemonSet = (fleets: string, more = "") => {
  const [release] = releaseOf(fleets, more);
  const { objects } = readHelmValues((release!.values as string[])[0]!) as unknown as { objects: DaemonSet[] };
  expect(objects).toHaveLength(1);
  return objects[0]!;
};
const SIZE = "{cpu: 2, memory: 8Gi, max: 2}";

test("each node has a pod with the images of its runners, each once, which does nothing and may nothing", () => {
  const { metadata, spec } = daemonSet(`{name: main, runners: [${SIZE}, {name: own, cpu: 2, memory: 8Gi, max: 2, image: "acme/runner:1"}, {cpu: 4, memory: 16Gi, max: 2, docker: true}]}`);
  expect(metadata).toEqual({ name: "runner-images", namespace: "dagger-main" });
  const { containers, tolerations, ...pod } = spec.template.spec;
  expect(containers.map(({ name, image, command }) => [name, image, command.join(" ")])).toEqual([
    ["image-0", versions.runnerImage, "sleep infinity"],
    ["image-1", "acme/runner:1", "sleep infinity"],
    ["image-2", "docker:28.0.4-dind", "sleep infinity"],
  ]);
  expect(pod).toEqual({
    nodeSelector: { "actions-runner": "main" },
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534, seccompProfile: { type: "RuntimeDefault" } },
  });
  expect(tolerations.map(({ key }) => key)).toEqual(["actions-runner", "karpenter.sh/unregistered", "node.kubernetes.io/not-ready"]);
});

test("it comes while the cache is restored, and pulls as runners do", () => {
  const { tolerations, containers, imagePullSecrets } = daemonSet(
    `{name: main, seed: {publish: true}, runners: [${SIZE}]}`,
    "images: {mirror: mirror.acme.example, credentials: {mirror.acme.example: acme/registry}}",
  ).spec.template.spec;
  expect(tolerations.map(({ key }) => key)).toEqual(expect.arrayContaining(["dagger-ci/restoring-cache", "dagger-ci/engine-first"]));
  expect(containers[0]!.image).toMatch(/^mirror\.acme\.example\//);
  expect(imagePullSecrets).toEqual([{ name: "registry-credentials" }]);
});

test("there is none where nodes stay, nor where it is not wanted", () => {
  expect(releaseOf(`{name: main, nodes: {prePullImages: false}, runners: [${SIZE}]}`)).toEqual([]);
  expect(releaseOf(`{name: main, nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 2}, runners: [${SIZE}]}`)).toEqual([]);
});
