import { parseConfig } from "../../../modules/load-config";
import { minimal, WAY_OUT } from "../../support/project";
import { problemsIn } from "../../support/problems";

/** A fleet with one size, which has these settings. */
const size = (settings: string, more = "") => minimal(`${more}\nfleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 1, ${settings}}]}]`);
const deployment = (settings: string) =>
  minimal(`addons: {summerwind: install}\nfleets: [{name: main, runners: [{kind: runner-deployment, cpu: 2, memory: 8Gi, scaling: {mode: fixed, replicas: 1}, ${settings}}]}]`);
const at = (path: string) => `fleets[0].runners[0].${path}`;

test.each<[string, string, string[]]>([
  ["the engine's address", size("environment: {_EXPERIMENTAL_DAGGER_RUNNER_HOST: tcp://x}"), [`${at("environment._EXPERIMENTAL_DAGGER_RUNNER_HOST")} | "tcp://x" | another variable: the project or ARC sets this one`]],
  ["a proxy beside the proxy", size("environment: {https_proxy: x}", WAY_OUT), [`${at("environment.https_proxy")} | "x" | another variable: the project or ARC sets this one`]],
  [
    "a variable twice",
    size("environment: {A: x}, secretEnvironment: {A: {secret: s, key: k}}"),
    [`${at("environment.A")} | "x" | nothing: secretEnvironment has this variable`],
  ],
  [
    "what other charts call these settings",
    size("env: {A: b}, serviceAccount: deployer, imagePullSecrets: [x]"),
    [
      `${at("env")} | {"A":"b"} | environment: {NAME: value}; for a collector of traces, telemetry`,
      `${at("serviceAccount")} | "deployer" | {mode: existing, name: …} for one that the fleet's namespace has, or {roleArn: …} for one of the size's own`,
      `${at("imagePullSecrets")} | ["x"] | images.credentials, for all pods`,
    ],
  ],
  ["a number as text", size("environment: {A: 1}"), [`${at("environment.A")} | 1 | text, in quotes`]],
  ["a limit below the request", size("limits: {cpu: 1, memory: 4Gi}"), [`${at("limits.cpu")} | 1 | at least the request, which is 2`, `${at("limits.memory")} | "4Gi" | at least the request, which is 8Gi`]],
  ["settings of a dockerd that is not there", size("dockerd: {mtu: 1400}"), [`${at("dockerd")} | 1400 | nothing, or docker: true`]],
  [
    "requests of a dockerd inside the runner",
    deployment("docker: true, dockerd: {memory: 1Gi}"),
    [`${at("dockerd")} | {"memory":"1Gi","limits":{}} | no request and no limit: dockerd runs inside the runner's container there, which has the size's own`],
  ],
  [
    "a volume over the CLI, of a name that ARC has",
    deployment("volumes: [{name: work, type: emptyDir, mountPath: /usr/local/bin}]"),
    [`${at("volumes[0].name")} | "work" | another name: the pod has a volume of this one`, `${at("volumes[0].mountPath")} | "/usr/local/bin" | another path: the runner, its socket or its CLI are there`],
  ],
  [
    "volumes twice",
    size("volumes: [{name: a, type: emptyDir, mountPath: /a}, {name: a, type: configMap, source: b, mountPath: /a}]"),
    [`${at("volumes[1].name")} | "a" | a name of its own: a volume above has this one`, `${at("volumes[1].mountPath")} | "/a" | a path of its own: a volume above is there`],
  ],
  [
    "a role of another account",
    size('serviceAccount: {roleArn: "arn:aws:iam::222233334444:role/deployer"}', 'account: "111122223333"'),
    [
      `${at("serviceAccount.roleArn")} | "arn:aws:iam::222233334444:role/deployer" | a role of account 111122223333: EKS Pod Identity gives no other; that role may assume one elsewhere`,
    ],
  ],
  [
    "a role and a secret of somewhere else",
    size('serviceAccount: {roleArn: "arn:aws-cn:iam::111122223333:role/deployer"}, secretEnvironment: {A: {secret: "arn:aws:secretsmanager:us-east-1:111122223333:secret:ci", key: k}}'),
    [
      `${at("serviceAccount.roleArn")} | "arn:aws-cn:iam::111122223333:role/deployer" | an ARN of the partition aws, in which eu-west-1 is: arn:aws:…`,
      `${at("secretEnvironment.A.secret")} | "arn:aws:secretsmanager:us-east-1:111122223333:secret:ci" | an ARN of the region eu-west-1`,
    ],
  ],
  ["a template that Kubernetes does not know", size("podTemplate: {spec: {hostAlias: []}}"), [`${at("podTemplate.spec.hostAlias")} | [] | an attribute that Kubernetes has there; did you mean hostAliases?`]],
  [
    "a template that leaves the fleet",
    size("podTemplate: {metadata: {name: x}, spec: {nodeSelector: {actions-runner: other}, tolerations: [{operator: Exists}], hostNetwork: true, priorityClassName: high}}"),
    [
      `${at("podTemplate.metadata.name")} | "x" | labels and annotations: ARC sets the rest`,
      `${at("podTemplate.spec.nodeSelector.actions-runner")} | "other" | another label: this one is the fleet's`,
      `${at("podTemplate.spec.tolerations[0]")} | {"operator":"Exists"} | a toleration with a key: a pod that tolerates everything is never drained`,
      `${at("podTemplate.spec.hostNetwork")} | true | nothing: a runner shares nothing with its node but the engine's socket`,
      `${at("podTemplate.spec.priorityClassName")} | "high" | nothing: the engine must find its room before any runner`,
    ],
  ],
  [
    "a template that takes the runner's container over",
    size('podTemplate: {spec: {containers: [{name: runner, image: x, resources: {}, env: [{name: DOCKER_HOST, value: x}], volumeMounts: [{name: v, mountPath: /run/dagger/x}]}, {name: docker}]}}, docker: true'),
    [
      `${at("podTemplate.spec.containers[0].image")} | "x" | nothing: set the size's image`,
      `${at("podTemplate.spec.containers[0].resources")} | {} | nothing: set cpu, memory, storage and limits of the size, with which placement reckons`,
      `${at("podTemplate.spec.containers[0].env[0].name")} | "DOCKER_HOST" | another variable: this one is set already`,
      `${at("podTemplate.spec.containers[0].volumeMounts[0].mountPath")} | "/run/dagger/x" | another path: the runner, its socket or its CLI are there`,
      `${at("podTemplate.spec.containers[1].image")} | nothing | an image`,
      `${at("podTemplate.spec.containers[1].name")} | "docker" | another name: the pod has a container of this one`,
    ],
  ],
  [
    "a template with more than a RunnerDeployment takes",
    deployment("podTemplate: {spec: {shareProcessNamespace: true, containers: [{name: runner, workingDir: /x}]}}"),
    [
      `${at("podTemplate.spec.shareProcessNamespace")} | true | what a RunnerDeployment takes: affinity, automountServiceAccountToken, containers, dnsConfig, dnsPolicy, enableServiceLinks, hostAliases, initContainers, nodeSelector, runtimeClassName, securityContext, tolerations, topologySpreadConstraints, volumes`,
      `${at("podTemplate.spec.containers[0].workingDir")} | "/x" | env and volumeMounts: a RunnerDeployment takes no more of its runner's container`,
    ],
  ],
  [
    "an engine somewhere else",
    minimal("fleets: [{name: main, engine: {environment: {_EXPERIMENTAL_DAGGER_METRICS_ADDR: x}, arguments: [--root=/x, --debug]}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]"),
    [
      'fleets[0].engine.environment._EXPERIMENTAL_DAGGER_METRICS_ADDR | "x" | another variable: the project sets this one',
      'fleets[0].engine.arguments[0] | "--root=/x" | another argument: the cache lies where placement has reckoned with it',
    ],
  ],
  ["a size named as a part of another", size("name: a, secretEnvironment: {A: {secret: s, key: k}}").replace("}]}]", "}, {name: a-environment, cpu: 1, memory: 1Gi, max: 1}]}]"), ['fleets[0].runners[1].name | "a-environment" | another name: a part of a has this one']],
])("%s is refused", (_title, yaml, expected) => {
  expect(problemsIn(yaml)).toEqual(expected);
});

test.each([
  ["everything at once", size("docker: true, image: registry.acme.example/runner:1, limits: {cpu: 4, memory: 16Gi}, environment: {A: x}, podLabels: {team: ci}, volumes: [{name: tools, type: persistentVolumeClaim, source: tools, mountPath: /home/runner/_work/_tool}], serviceAccount: {mode: existing, name: deployer}, dockerd: {cpu: 1, memory: 2Gi, registryMirrors: [\"https://mirror.acme.example\"], mtu: 1400}")],
  ["a template beside the runner", size('podTemplate: {spec: {affinity: {podAntiAffinity: {}}, containers: [{name: db, image: "postgres:17", resources: {requests: {cpu: 250m, memory: 256Mi}}}]}}')],
])("%s is taken", (_title, yaml) => {
  expect(() => parseConfig(yaml)).not.toThrow();
});
