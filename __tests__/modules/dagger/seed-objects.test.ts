import { scenario } from "../../support/project";
import type { SeededFleet } from "../../../modules/contract/seed";
import { seedObjects } from "../../../modules/dagger/seed-objects";

const { config } = scenario("caches that outlive nodes");
const objects = (name: string) => {
  const fleet = config.fleets.find((one) => one.name === name) as SeededFleet;
  return seedObjects(config, fleet, "s3:there") as { kind: string; metadata: { name: string; namespace?: string }; spec: never; rules: unknown }[];
};
interface Pod {
  initContainers: { name: string; image: string }[];
  containers: { name: string; image: string; env?: { name: string; value?: string }[]; volumeMounts?: unknown }[];
  tolerations: { key: string; operator: string }[];
  [key: string]: unknown;
}
const podOf = (name: string): Pod => {
  const { spec } = objects(name).find(({ kind }) => kind === "DaemonSet") as unknown as { spec: { template: { spec: Pod } } };
  return spec.template.spec;
};
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

test("a fleet that publishes restores, admits, and has the engine's image beside restic for the end", () => {
  const pod = podOf("trusted");
  expect(names(pod.initContainers)).toEqual(["restore", "admit"]);
  expect(pod.containers.map(({ name, image }) => [name, image])).toEqual([["publish", `registry.dagger.io/engine:v${config.fleets[0]!.dagger}`]]);
  expect(pod).toMatchObject({ priorityClassName: "system-node-critical", terminationGracePeriodSeconds: 900, serviceAccountName: "cache-seed" });
  expect(pod.volumes).toEqual([
    { name: "disk", hostPath: { path: "/mnt/k8s-disks/0", type: "Directory" } },
    { name: "tools", emptyDir: {} },
  ]);
});

test("one that only restores has nothing that could publish", () => {
  const pod = podOf("pulls");
  expect(names(pod.containers)).toEqual(["stay"]);
  expect(JSON.stringify(pod)).not.toContain("restic --insecure-no-password --no-cache -o s3.connections=32 backup");
  expect(pod.terminationGracePeriodSeconds).toBe(5);
});

test("it comes before all else on a new node, and tolerates nothing that would keep Karpenter from draining it", () => {
  expect(podOf("trusted").tolerations).toEqual([
    { key: "actions-runner", value: "trusted", effect: "NoSchedule", operator: "Equal" },
    { key: "dagger-ci/restoring-cache", effect: "NoSchedule", operator: "Exists" },
    { key: "dagger-ci/engine-first", effect: "NoSchedule", operator: "Exists" },
    { key: "karpenter.sh/unregistered", operator: "Exists", effect: "NoExecute" },
    { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoSchedule" },
  ]);
});

test("only on nodes that Karpenter buys may it touch a node, and there a policy says how", () => {
  expect(objects("trusted").map(({ kind }) => kind)).toEqual([
    ...["ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    ...["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "DaemonSet"],
  ]);
  expect(objects("trusted")[1]!.rules).toEqual([{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "patch"] }]);
  expect(objects("nightly").map(({ kind }) => kind)).toEqual(["ServiceAccount", "DaemonSet"]);
  expect(podOf("nightly")).toMatchObject({ automountServiceAccountToken: false });
  expect(names(podOf("nightly").initContainers)).toEqual(["restore"]);
});

test("what concerns the whole cluster has the installation's and the fleet's name", () => {
  const wide = objects("trusted").filter(({ metadata }) => metadata.namespace === undefined);
  expect(wide.map(({ metadata }) => metadata.name)).toEqual(Array(4).fill("ci-seeds-trusted-cache-seed"));
});
