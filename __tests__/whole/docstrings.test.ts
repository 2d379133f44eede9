import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Testing } from "cdktf";
import { parseConfig } from "../../modules/load-config";
import { addClusterAccess } from "../../modules/cdktf/cluster-access";
import { helmRelease } from "../../modules/cdktf/helm-release";
import { ProjectStack } from "../../modules/cdktf/project-stack";
import { outputsOf } from "../../modules/cdktf/stack-outputs";
import { EksCluster } from "../../modules/cluster/eks-cluster";
import { RunnerNodeIdentity } from "../../modules/cluster/runner-node-identity";
import { InterruptionQueue } from "../../modules/karpenter/interruption-queue";
import { Vpc } from "../../modules/network/vpc";
import { minimal, PROJECT } from "../support/project";

/** Every construct of the project: its file, name, and the code below `@example` in its docstring. */
const constructs = readdirSync(join(PROJECT, "modules"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) => {
    const source = readFileSync(join(PROJECT, "modules", file), "utf8");
    return [...source.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport class (\w+) extends (?:Construct|PrivateBucket)/g)].map(([, doc, name]) => ({
      file,
      name: name!,
      example: doc!.split("@example")[1]?.replace(/^ \* ?/gm, ""),
    }));
  });

class Alone extends ProjectStack {}

/** What an example may speak of: each is made when it is first named. */
function surroundings() {
  const config = parseConfig(minimal());
  const stack = new Alone(Testing.app(), "dagger", config);
  const cluster = outputsOf(stack, "cluster", config);
  addClusterAccess(stack, config, cluster);
  const named = { name: "dagger-ci", region: config.region, account: "111122223333", clusterName: "dagger-ci" };
  const release = (name: string) => helmRelease(stack, name, { name, namespace: name, chart: { name, version: "1.0.0" }, values: {} });
  const around = {
    stack,
    config,
    cluster,
    account: named.account,
    subnetIds: ["subnet-0a"],
    securityGroupIds: ["sg-0a"],
    oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
    get persistentFleet() {
      const nodes = "{mode: persistent, count: 1, instanceType: m6id.4xlarge}";
      return parseConfig(minimal(`fleets: [{name: a, nodes: ${nodes}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`)).fleets[0];
    },
    get seededFleet() {
      return parseConfig(minimal("fleets: [{name: a, seed: {publish: true}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]")).fleets[0];
    },
    get warmFleet() {
      return parseConfig(minimal("fleets: [{name: a, runners: [{cpu: 2, memory: 8Gi, max: 1, warm: [{during: daily 07:00-19:00 UTC, runners: 1}]}]}]")).fleets[0];
    },
    get addons() {
      return outputsOf(stack, "addons", config);
    },
    get vpc() {
      if (config.network.mode !== "new") throw new Error("the default makes a VPC");
      return new Vpc(stack, "the-vpc", { ...named, network: config.network });
    },
    get eks() {
      if (config.cluster.mode !== "new") throw new Error("the default makes a cluster");
      return new EksCluster(stack, "the-cluster", { ...named, kubernetesVersion: "1.35", subnetIds: ["subnet-0a"], cluster: config.cluster });
    },
    get nodes() {
      return new RunnerNodeIdentity(stack, "the-nodes", { ...named, cniPolicy: false, sessionManager: false });
    },
    get queue() {
      return new InterruptionQueue(stack, "the-queue", named);
    },
    get karpenterRelease() {
      return release("karpenter");
    },
    get certManagerRelease() {
      return release("cert-manager");
    },
  };
  return { stack, around };
}

/** All that modules export, since an example leaves its imports out. */
async function exported(): Promise<object> {
  const files = new Set([...constructs.map(({ file }) => file), "facts/versions.ts", "cdktf/secrets.ts"]);
  const modules = (await Promise.all([...files].map((file) => import(join(PROJECT, "modules", file))))) as object[];
  return Object.assign({}, ...modules) as object;
}

test("there are constructs to look at", () => expect(constructs.length).toBeGreaterThan(20));

describe.each(constructs)("$name ($file)", ({ name, example }) => {
  test("its example makes it, and the stack with it is valid", async () => {
    expect(example).toBeDefined();
    const { stack, around } = surroundings();
    const known = Object.create(await exported()) as object;
    Object.defineProperties(known, Object.getOwnPropertyDescriptors(around));
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code is that of our own docstring
    const make = new Function("known", `with (known) {\n${example!}\n}`) as (known: object) => void;
    make(known);
    expect(stack.node.findAll().filter((node) => node.constructor.name === name)).not.toEqual([]);
    expect(Testing.synth(stack, true)).toContain(`"resource"`);
  });
});
