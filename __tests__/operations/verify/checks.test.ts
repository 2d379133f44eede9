/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call -- objects are broken on purpose */
import { parseConfig } from "../../../modules/load-config";
import { findingsText, hasProblem } from "../../../operations/findings";
import { verify } from "../../../operations/verify/checks";
import { minimal, scenario } from "../../support/project";
import { healthy, type Breakable } from "./healthy";

const config = parseConfig(minimal());
const problemsAfter = (breakIt: (snapshot: Breakable) => void): string[] => {
  const snapshot = healthy(config);
  breakIt(snapshot);
  return verify(config, snapshot)
    .filter(({ status }) => status === "problem")
    .map(({ subject, detail }) => `${subject}: ${detail}`);
};
const named = (objects: any[] | undefined, start: string) => objects!.find(({ metadata }) => metadata.name.startsWith(start));

test.each(["defaults", "three fleets", "the guide's own values", "both kinds of ARC, from mirrors"] as const)(
  "a healthy cluster passes: %s",
  (name) => {
    const { config: its } = scenario(name);
    const snapshot = healthy(its);
    for (const pod of snapshot.pods!) {
      const [container] = pod.spec.containers;
      if (its.images.mirror !== undefined) container.image = String(container.image).replace("registry.dagger.io", its.images.mirror);
    }
    for (const fleet of its.fleets) {
      if (fleet.nodes.mode === "persistent") snapshot.nodes!.push({ metadata: { name: "second", labels: { "actions-runner": fleet.name } } });
    }
    snapshot.pods!.push(
      ...snapshot.pods!
        .filter((pod) => pod.metadata.name.startsWith("warm-engine"))
        .map((pod) => ({ ...pod, metadata: { ...pod.metadata, name: "warm-engine-2" }, spec: { ...pod.spec, nodeName: "second" } })),
    );
    expect(verify(its, snapshot).filter(({ status }) => status !== "ok")).toEqual([]);
  },
);

const BROKEN: [string, (snapshot: Breakable) => void, RegExp][] = [
  ["a controller that is gone", (s) => (s.deployments = s.deployments!.filter(({ metadata }) => metadata.name !== "karpenter")), /^controller karpenter: not in namespace kube-system/],
  ["a controller that is not ready", (s) => (named(s.deployments, "arc-gha").status.readyReplicas = 1), /^controller arc-gha-rs-controller: 1 of 2 ready/],
  ["CRDs that are not there", (s) => (s.nodePools = undefined), /^NodePool main: the cluster does not know this kind/],
  ["a node class that is not Ready", (s) => (named(s.nodeClasses, "main").status = { conditions: [{ type: "Ready", status: "False", message: "SubnetsNotFound" }] }), /^EC2NodeClass main: not Ready \(SubnetsNotFound\)/],
  ["a node pool that is being deleted", (s) => (named(s.nodePools, "main").metadata.deletionTimestamp = "2026-01-01"), /^NodePool main: is being deleted/],
  ["an engine that is not there", (s) => (s.pods = s.pods!.filter(({ metadata }) => !metadata.name.startsWith("main-engine"))), /^engine on node-main: 0 engines, there must be one/],
  ["two engines on one node", (s) => s.pods!.push({ ...named(s.pods, "main-engine"), metadata: { ...named(s.pods, "main-engine").metadata, name: "main-engine-2" } }), /^engine on node-main: 2 engines/],
  ["an engine that is not ready", (s) => (named(s.pods, "main-engine").status.conditions[0].status = "False"), /^engine on node-main: not ready/],
  ["an engine of another version", (s) => (named(s.pods, "main-engine").spec.containers[0].image = "registry.dagger.io/engine:v0.20.0"), /^engine on node-main: runs registry\.dagger\.io\/engine:v0\.20\.0, configured is .*v0\.21\.9/],
  ["a cache off the array", (s) => (named(s.pods, "main-engine").spec.volumes[0].hostPath.path = "/var/lib/dagger-main"), /^engine on node-main: its cache is on \/var\/lib\/dagger-main, not on the array/],
  ["an engine on a foreign node", (s) => (named(s.pods, "main-engine").spec.nodeName = "support-1"), /main-engine-abcde is on support-1, which is not of this fleet/],
  ["a set that the controller deleted", (s) => s.runnerSets!.shift(), /^runner set dagger-ci-main-2c-8g: missing\. If Helm says/],
  ["a set whose runners GitHub refuses", (s) => (s.runnerSets![0].status.phase = "Outdated"), /phase: Outdated: GitHub refused the runner's version/],
  ["a set of another version", (s) => (s.runnerSets![0].metadata.labels = { "app.kubernetes.io/version": "0.13.1" }), /version: 0\.13\.1, configured is 0\.14\.2/],
  ["a listener that is gone", (s) => s.listeners!.shift(), /listener: missing, so jobs queue/],
  ["a listener whose pod failed", (s) => (named(s.pods, "dagger-ci-main-2c-8g-listener").status.phase = "Failed"), /listener: its pod is Failed/],
  ["a runner on a support node", (s) => (named(s.pods, "dagger-ci-main-2c-8g-runner").spec.nodeName = "support-1"), /runner-1 is on support-1, which is not a node of this fleet/],
  ["a runner that failed", (s) => (named(s.pods, "dagger-ci-main-2c-8g-runner").status.phase = "Failed"), /runner-1 failed: kubectl -n dagger-main logs/],
  ["a runner that waits too long", (s) => {
    const runner = named(s.pods, "dagger-ci-main-2c-8g-runner");
    runner.status.phase = "Pending";
    runner.metadata.creationTimestamp = new Date(Date.now() - 45 * 60_000).toISOString();
    delete runner.spec.nodeName;
  }, /runner-1 waits for 45 minutes \(no node for it\)/],
];

test.each(BROKEN)("%s is found, and nothing else", (_title, breakIt, expected) => {
  const problems = problemsAfter(breakIt);
  expect(problems).toContainEqual(expect.stringMatching(expected));
  expect(problems.length).toBeLessThanOrEqual(2);
});

test("the table has a line each and a count; a fault makes it a failure", () => {
  const snapshot = healthy(config);
  snapshot.listeners!.shift();
  const findings = verify(config, snapshot);
  expect(hasProblem(findings)).toBe(true);
  expect(findingsText(findings).split("\n").at(-1)).toBe(`${findings.length - 1} ok, 1 to mend, 0 not checked`);
  expect(findingsText(findings)).toMatch(/^FAIL {2}runner set dagger-ci-main-2c-8g, listener/m);
});
