import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AutoscaledFleet } from "../../../modules/config/fleet";
import { warmObjects } from "../../../modules/dagger/warm-objects";
import { PROJECT, scenario } from "../../support/project";

const { config } = scenario("runners kept warm");
const objects = warmObjects(config, config.fleets[0] as AutoscaledFleet) as { kind: string; metadata: unknown; rules: unknown; data: Record<string, string>; spec: { template: { spec: object } } }[];
const of = (kind: string) => objects.find((one) => one.kind === kind)!;

test("the clock may look at its namespace, and set the number of placeholders, and nothing else", () => {
  expect(objects.map(({ kind }) => kind)).toEqual(["ServiceAccount", "Role", "RoleBinding", "ConfigMap", "Deployment"]);
  for (const { metadata } of objects) expect(metadata).toEqual({ name: "warm-clock", namespace: "dagger-main" });
  expect(of("Role").rules).toEqual([
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"] },
    { apiGroups: ["apps"], resources: ["deployments/scale"], resourceNames: ["warm-2c-8g", "warm-4c-16g"], verbs: ["patch"] },
    { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
  ]);
});

test("it runs the files of the project on support nodes, without privileges", () => {
  const read = (path: string) => readFileSync(join(PROJECT, path), "utf8");
  expect(of("ConfigMap").data).toEqual({
    "clock.ts": read("modules/dagger/warm-clock/clock.ts"),
    "hours.ts": read("modules/config/fields/hours.ts"),
    "package.json": '{"type":"module"}\n',
  });
  expect(of("Deployment").spec.template.spec).toMatchObject({
    nodeSelector: { "support-node": "true" },
    tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists", effect: "NoSchedule" }],
    priorityClassName: "system-cluster-critical",
    securityContext: { runAsNonRoot: true },
    containers: [{ image: "public.ecr.aws/docker/library/node:24.21.0-alpine", command: ["node", "--max-old-space-size=96", "/clock/modules/dagger/warm-clock/clock.ts"], resources: { requests: { cpu: "10m", memory: "64Mi" } } }],
  });
});

test("hours are no part of it: a change of them restarts nothing", () => {
  const other = warmObjects(config, { ...(config.fleets[0] as AutoscaledFleet), runners: config.fleets[0]!.runners.map((runner) => ({ ...runner, warm: [{ during: "sat 10:00-11:00 UTC", runners: 1 }] })) });
  expect(other).toEqual(objects);
});
