import { createHash } from "node:crypto";
import type { AutoscaledFleet } from "../config/fleet";
import type { Config } from "../config/schema";
import { image, pullSecrets } from "../contract/sources";
import { supportPlacement } from "../contract/support-contract";
import { CLOCK_REQUESTS, WARM_CLOCK, WARM_LABEL, warmDeployment, warmSizes } from "../contract/warm";
import { versions } from "../facts/versions";
import { programText } from "./program-text";

const RBAC = "rbac.authorization.k8s.io";
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
/** What the clock runs, by its name in the ConfigMap; in the pod it has its path in the project, below this folder. */
const FOLDER = "/clock";
const CLOCK = "modules/dagger/warm-clock/clock.ts";
const PROGRAM = { "clock.ts": CLOCK, "hours.ts": "modules/config/fields/hours.ts" };

/**
 * The clock of a fleet, on support nodes: it may look at Deployments and pods of the fleet's namespace, and set how many
 * replicas the Deployments of placeholders have.
 */
export function warmObjects(config: Config, fleet: AutoscaledFleet): object[] {
  const { namespace } = fleet;
  const metadata = { name: WARM_CLOCK, namespace };
  const labels = { "app.kubernetes.io/name": WARM_CLOCK, "app.kubernetes.io/part-of": "dagger-ci" };
  const data = { ...Object.fromEntries(Object.entries(PROGRAM).map(([name, path]) => [name, programText(path)])), "package.json": '{"type":"module"}\n' };
  const rules = [
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"] },
    { apiGroups: ["apps"], resources: ["deployments/scale"], resourceNames: warmSizes(fleet).map(warmDeployment), verbs: ["patch"] },
    { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
  ];
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: `${RBAC}/v1`, kind: "Role", metadata, rules },
    { apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata, roleRef: { apiGroup: RBAC, kind: "Role", name: WARM_CLOCK }, subjects: [{ kind: "ServiceAccount", name: WARM_CLOCK, namespace }] },
    { apiVersion: "v1", kind: "ConfigMap", metadata, data },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        strategy: { type: "Recreate" },
        template: {
          // A program is read once, at the start.
          metadata: { labels, annotations: { "dagger-ci/program": createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 16) } },
          spec: {
            serviceAccountName: WARM_CLOCK,
            ...pullSecrets(config),
            ...supportPlacement(config),
            priorityClassName: "system-cluster-critical",
            enableServiceLinks: false,
            securityContext: { runAsNonRoot: true, runAsUser: 65_534, runAsGroup: 65_534, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                name: "clock",
                image: image(config, versions.clockImage),
                command: ["node", "--max-old-space-size=96", `${FOLDER}/${CLOCK}`],
                env: [
                  { name: "WARM_LABEL", value: WARM_LABEL },
                  { name: "NODE_EXTRA_CA_CERTS", value: `${ACCOUNT}/ca.crt` },
                ],
                resources: { requests: CLOCK_REQUESTS, limits: { memory: "192Mi" } },
                securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
                volumeMounts: [{ name: "program", mountPath: FOLDER, readOnly: true }],
              },
            ],
            volumes: [
              {
                name: "program",
                configMap: { name: WARM_CLOCK, items: [...Object.entries(PROGRAM), ["package.json", "package.json"]].map(([key, path]) => ({ key, path })) },
              },
            ],
          },
        },
      },
    },
  ];
}
