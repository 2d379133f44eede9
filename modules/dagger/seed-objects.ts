import { isAutoscaled } from "../config/fleet";
import type { Config } from "../config/schema";
import { fleetContract, NEW_NODE_TOLERATIONS, RAID_MOUNT } from "../contract/fleet-contract";
import { proxyEnvironment } from "../contract/proxy";
import { SEED_ACCOUNT, SEED_CONTAINERS, SEED_LABELS, SEED_REPOSITORY, SEED_REQUESTS, SEED_TAINTS, SEED_TOLERATIONS, seedName, type SeededFleet } from "../contract/seed";
import { versions } from "../facts/versions";
import { image, pullSecrets } from "../contract/sources";
import { admitScript, AT_END, DISK, NOTHING_AT_END, publishScript, restoreScript, TOOLS } from "./seed-scripts";

/** How long a node that leaves waits for its cache to be published. */
const PUBLISH_SECONDS = 900;

const ADMISSION = "admissionregistration.k8s.io/v1";
const RBAC = "rbac.authorization.k8s.io";
const TAINT_KEYS = Object.values(SEED_TAINTS).map(({ key }) => key);

/**
 * What restores and publishes on each node of a fleet, as Kubernetes objects: a DaemonSet, and on nodes that Karpenter
 * buys the right to take two taints from the node it runs on.
 */
export function seedObjects(config: Config, fleet: SeededFleet, seeds: string): object[] {
  const name = seedName(config.name, fleet.name);
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: SEED_ACCOUNT, namespace: fleet.namespace } };
  return [account, ...(isAutoscaled(fleet) ? mayAdmit(name, fleet) : []), daemonSet(config, fleet, seeds)];
}

function mayAdmit(name: string, { namespace }: SeededFleet): object[] {
  const subjects = [{ kind: "ServiceAccount", name: SEED_ACCOUNT, namespace }];
  const bound = (kind: "Role" | "ClusterRole") => ({ roleRef: { apiGroup: RBAC, kind, name }, subjects });
  const nodes = { apiGroups: [""], resources: ["nodes"], verbs: ["get", "patch"] };
  const pods = { apiGroups: [""], resources: ["pods"], verbs: ["list"] };
  return [
    { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name }, rules: [nodes] },
    { apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", metadata: { name }, ...bound("ClusterRole") },
    { apiVersion: `${RBAC}/v1`, kind: "Role", metadata: { name, namespace }, rules: [pods] },
    { apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata: { name, namespace }, ...bound("Role") },
    { apiVersion: ADMISSION, kind: "ValidatingAdmissionPolicy", metadata: { name }, spec: onlyOwnTaints(namespace) },
    { apiVersion: ADMISSION, kind: "ValidatingAdmissionPolicyBinding", metadata: { name }, spec: { policyName: name, validationActions: ["Deny"] } },
  ];
}

/**
 * RBAC knows no "own node", and jobs are root on theirs: with the token of this account one could change any node. So it may
 * take away these taints, from the node that its token was made for, and nothing else.
 */
function onlyOwnTaints(namespace: string): object {
  const same = (path: string) => `(has(object.${path}) ? object.${path} : null) == (has(oldObject.${path}) ? oldObject.${path} : null)`;
  const taints = (of: string) => `(has(${of}.spec.taints) ? ${of}.spec.taints : [])`;
  return {
    failurePolicy: "Fail",
    matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["nodes"] }] },
    matchConditions: [{ name: "seeds", expression: `request.userInfo.username == "system:serviceaccount:${namespace}:${SEED_ACCOUNT}"` }],
    validations: [
      {
        expression: '"authentication.kubernetes.io/node-name" in request.userInfo.extra && request.userInfo.extra["authentication.kubernetes.io/node-name"] == [object.metadata.name]',
        message: "Only the node that the pod runs on.",
      },
      {
        expression: [
          `${taints("oldObject")}.all(t, t in ${taints("object")} || t.key in ${JSON.stringify(TAINT_KEYS)})`,
          `${taints("object")}.all(t, t in ${taints("oldObject")})`,
          ...["metadata.labels", "metadata.annotations", "metadata.finalizers", "metadata.ownerReferences", "spec.unschedulable", "spec.providerID"].map(same),
        ].join(" && "),
        message: `Only the taints ${TAINT_KEYS.join(" and ")} may go.`,
      },
    ],
  };
}

function daemonSet(config: Config, fleet: SeededFleet, seeds: string): object {
  const { toleration, engineDaemonSet, engineImage, nodeLabels } = fleetContract(fleet);
  const outward = [
    { name: SEED_REPOSITORY, value: seeds },
    { name: "AWS_DEFAULT_REGION", value: config.region },
    { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    ...proxyEnvironment(config),
  ];
  // Ownership, devices and the attributes of overlay file systems are root's to write.
  const securityContext = { privileged: true, runAsUser: 0 };
  const disk = { name: "disk", mountPath: DISK };
  const tools = { name: "tools", mountPath: TOOLS };
  const requests = { resources: { requests: SEED_REQUESTS } };
  const restore = {
    name: SEED_CONTAINERS.restore,
    image: image(config, versions.resticImage),
    command: ["sh", "-c", restoreScript(fleet)],
    env: outward,
    ...requests,
    securityContext,
    volumeMounts: [disk, ...(fleet.seed.publish ? [tools] : [])],
  };
  const admit = {
    name: "admit",
    image: image(config, versions.curlImage),
    command: ["sh", "-c", admitScript(engineDaemonSet)],
    env: [
      { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      { name: "NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
    ],
  };
  const publish = {
    name: SEED_CONTAINERS.publish,
    image: image(config, engineImage),
    command: ["sh", "-c", AT_END],
    env: [...outward, { name: "PUBLISH", value: publishScript(fleet) }],
    ...requests,
    securityContext,
    volumeMounts: [disk, tools],
  };
  const stay = { name: "stay", image: image(config, versions.resticImage), command: ["sh", "-c", NOTHING_AT_END] };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: SEED_ACCOUNT, namespace: fleet.namespace },
    spec: {
      selector: { matchLabels: SEED_LABELS },
      template: {
        metadata: { labels: SEED_LABELS },
        spec: {
          serviceAccountName: SEED_ACCOUNT,
          ...(isAutoscaled(fleet) ? {} : { automountServiceAccountToken: false }),
          nodeSelector: nodeLabels,
          tolerations: [toleration, ...SEED_TOLERATIONS, ...NEW_NODE_TOLERATIONS],
          // Karpenter drains a node in this order: engines first, and what is critical only when they are gone.
          priorityClassName: "system-node-critical",
          terminationGracePeriodSeconds: fleet.seed.publish ? PUBLISH_SECONDS : 5,
          ...pullSecrets(config),
          initContainers: [restore, ...(isAutoscaled(fleet) ? [admit] : [])],
          containers: [fleet.seed.publish ? publish : stay],
          volumes: [
            { name: "disk", hostPath: { path: RAID_MOUNT, type: "Directory" } },
            ...(fleet.seed.publish ? [{ name: "tools", emptyDir: {} }] : []),
          ],
        },
      },
    },
  };
}
