import { arnParts } from "../config/fields/arn";
import { mebibytes } from "../config/fields/quantities";
import type { FleetConfig } from "../config/fleet";
import type { RunnerConfig } from "../config/runners";
import { RUNNER_HOST_VARIABLE } from "../contract/fleet-contract";
import { PROXY_VARIABLES } from "../contract/proxy";
import { hidesRunner, reservedVariables, reservedVolumes } from "../contract/runner-names";
import { unknownToKubernetes } from "../contract/pod-template";
import { brokenContract } from "../contract/template-contract";
import type { Refuse } from "./refuse";
import type { Parsed, Rule, ToldRule } from "./rule";

type Check = (config: Parsed, fleet: FleetConfig, runner: RunnerConfig, refuse: Refuse) => void;

const environment: Check = (config, _fleet, runner, refuse) => {
  const reserved = reservedVariables(config, runner);
  for (const [setting, variables] of [["environment", runner.environment], ["secretEnvironment", runner.secretEnvironment]] as const) {
    for (const [name, value] of Object.entries(variables)) {
      if (reserved.includes(name)) refuse([setting, name], value, "another variable: the project or ARC sets this one");
    }
  }
  for (const [name, value] of Object.entries(runner.environment)) {
    if (name in runner.secretEnvironment) refuse(["environment", name], value, "nothing: secretEnvironment has this variable");
  }
};

const limits: Check = (_config, _fleet, runner, refuse) => {
  const { dockerd } = runner;
  const cpu = (path: string[], limit: number | undefined, request: number | undefined) => {
    if (limit !== undefined && request !== undefined && limit < request) refuse([...path, "cpu"], limit, `at least the request, which is ${request}`);
  };
  const memory = (path: string[], limit: string | undefined, request: string | undefined) => {
    if (limit !== undefined && request !== undefined && mebibytes(limit) < mebibytes(request)) refuse([...path, "memory"], limit, `at least the request, which is ${request}`);
  };
  cpu(["limits"], runner.limits.cpu, runner.cpu);
  memory(["limits"], runner.limits.memory, runner.memory);
  cpu(["dockerd", "limits"], dockerd.limits.cpu, dockerd.cpu);
  memory(["dockerd", "limits"], dockerd.limits.memory, dockerd.memory);
};

const dockerd: Check = (_config, _fleet, { kind, docker, dockerd: settings }, refuse) => {
  const { registryMirrors, mtu, ...resources } = settings;
  const given = { ...resources, ...resources.limits, registryMirrors: registryMirrors[0], mtu };
  const set = (["cpu", "memory", "registryMirrors", "mtu"] as const).find((key) => given[key] !== undefined);
  if (set === undefined) return;
  if (!docker) refuse(["dockerd"], settings[set] ?? settings.limits, "nothing, or docker: true");
  else if (kind === "runner-deployment") {
    if (set === "cpu" || set === "memory") refuse(["dockerd"], resources, "no request and no limit: dockerd runs inside the runner's container there, which has the size's own");
    if (registryMirrors.length > 1) refuse(["dockerd", "registryMirrors"], registryMirrors, "one mirror at most for a runner deployment");
  }
};

const volumes: Check = (_config, fleet, runner, refuse) => {
  runner.volumes.forEach(({ name, mountPath }, i) => {
    const same = (key: "name" | "mountPath") => runner.volumes.findIndex((other) => other[key] === runner.volumes[i]![key]) < i;
    if (reservedVolumes(runner).includes(name)) refuse(["volumes", i, "name"], name, "another name: the pod has a volume of this one");
    else if (same("name")) refuse(["volumes", i, "name"], name, "a name of its own: a volume above has this one");
    if (hidesRunner(fleet, runner, mountPath)) refuse(["volumes", i, "mountPath"], mountPath, "another path: the runner, its socket or its CLI are there");
    else if (same("mountPath")) refuse(["volumes", i, "mountPath"], mountPath, "a path of its own: a volume above is there");
  });
};

const template: Check = (config, fleet, runner, refuse) => {
  if (runner.podTemplate === undefined) return;
  const unknown = unknownToKubernetes(runner.podTemplate);
  const problems = unknown.length > 0 ? unknown : brokenContract(config, fleet, runner);
  for (const { path, received, allowed } of problems) refuse(["podTemplate", ...path], received, allowed);
};

const CHECKS: readonly Check[] = [environment, limits, dockerd, volumes, template];

/** What must hold inside the pod of each runner size. */
const eachSize: Rule = (config, { fleets }) => {
  for (const { fleet, refuse } of fleets) {
    fleet.runners.forEach((runner, i) => {
      const inSize: Refuse = (path, received, allowed) => refuse(["runners", i, ...path], received, allowed);
      for (const check of CHECKS) check(config, fleet, runner, inSize);
    });
  }
};

const ENGINE_ARGUMENTS: Readonly<Record<string, string>> = {
  addr: "runners find the engine at its socket",
  config: "the settings of engine are that file",
  group: "runners are in the socket's group",
  root: "the cache lies where placement has reckoned with it",
};

/** What an engine is told besides must leave its socket, its cache and its metrics where others look for them. */
const engines: Rule = ({ proxy }, { fleets }) => {
  const reserved = ["_EXPERIMENTAL_DAGGER_METRICS_ADDR", RUNNER_HOST_VARIABLE, ...(proxy ? PROXY_VARIABLES : [])];
  for (const { fleet, refuse } of fleets) {
    for (const [name, value] of Object.entries(fleet.engine.environment)) {
      if (reserved.includes(name)) refuse(["engine", "environment", name], value, "another variable: the project sets this one");
    }
    fleet.engine.arguments.forEach((argument, i) => {
      const why = ENGINE_ARGUMENTS[/^--([^=]*)/.exec(argument)![1]!];
      if (why !== undefined) refuse(["engine", "arguments", i], argument, `another argument: ${why}`);
    });
  }
};

/** A role of another account cannot be associated. */
const roles: Rule = ({ account }, { clean, fleets }) => {
  if (!clean("account") || account === undefined) return;
  for (const { fleet, refuse } of fleets) {
    fleet.runners.forEach(({ serviceAccount }, i) => {
      const arn = serviceAccount?.roleArn;
      if (arn !== undefined && arnParts(arn)?.account !== account) {
        refuse(["runners", i, "serviceAccount", "roleArn"], arn, `a role of account ${account}: EKS Pod Identity gives no other; that role may assume one elsewhere`);
      }
    });
  }
};

export const podRules: readonly ToldRule[] = [
  {
    check: eachSize,
    says: [
      "`environment`, `secretEnvironment` and `podTemplate` set no variable that the project or ARC sets, and none twice.",
      "Limits are at least the requests. `dockerd` needs `docker: true`, and in a runner deployment takes a mirror and an MTU only.",
      "`volumes` have names and paths of their own, apart from those of runner, socket, CLI and Docker.",
      "`podTemplate` is what Kubernetes knows, and leaves alone what nodes, engine and runners rely on ([runners.md](runners.md#where-no-setting-reaches)).",
    ],
  },
  { check: engines, says: ["`engine.environment` and `engine.arguments` leave socket, cache, metrics and proxy where others look for them."] },
  { check: roles, says: ["`serviceAccount.roleArn` is of `account`."] },
];
