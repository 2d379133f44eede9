import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { fleetContract } from "../../modules/contract/fleet-contract";
import { parseConfig } from "../../modules/load-config";
import { versions } from "../../modules/facts/versions";
import { serveCharts } from "../cluster/chart-registry";
import { startCluster, type Cluster } from "../cluster/cluster";
import { GitHub } from "../cluster/github";
import { Installation, type Settings } from "../cluster/installation";
import { cleared, objects } from "../cluster/left";
import { succeeded } from "../cluster/ran";
import { isTrue } from "../cluster/objects";
import { look, stop } from "../cluster/rig";
import { giveFigures } from "../report/figures";
import { check, seconds, step, sum, until } from "../report/steps";
import { startImages } from "../node/images";
import { ACCOUNT, AwsAccount } from "./account";
import { AwsStacks } from "./aws-stacks";
import { boughtNode, type Bought } from "./bought-node";
import { RehearsedJob, RUNNER } from "./job";

/**
 * From a configuration to a job's end and to nothing left, every part of it real that can be on one machine.
 *
 *   prove LANE_DIR AWS_PROVIDER_DIR PROVIDERS_DIR CHARTS_DIR CLUSTER_DIR ARC_DIR NODE_DIR
 */
const [lane = "", awsProvider = "", providers = "", charts = "", directory = "", arc = "", parts = ""] = process.argv.slice(2);
const KUBERNETES = "1.34";
const REGISTRY_PORT = 5000;
const work = tmpdir();
const figures: Record<string, number | string> = {};

const settings: Settings = {
  ...{ name: "dagger-ci", region: "eu-west-1", account: ACCOUNT, github: { organization: "acme", secret: "dagger-ci/github" } },
  versions: { kubernetes: KUBERNETES },
  fleets: [{ name: "main", dagger: "0.21.8", nodes: { idleAfter: "1m" }, runners: [{ cpu: 2, memory: "8Gi", max: 20 }] }],
};
const config = parseConfig(stringify(settings));
const [fleet] = config.fleets;
const contract = fleetContract(fleet!);
const scaleSet = fleet!.runners[0]!.runsOn;

/** What follows a link that broke cannot be. */
class Broken extends Error {}
async function link(...of: Parameters<typeof step>): Promise<void> {
  if (!(await step(...of))) throw new Broken();
}

/** What a cluster stands on, as the AWS stacks made it. */
interface Made {
  readonly cluster: Cluster;
  readonly installation: Installation;
  readonly account: AwsAccount;
  readonly stacks: AwsStacks;
}

async function awsStacks({ stacks, installation }: Made): Promise<void> {
  for (const stack of stacks.names) {
    await link(`${stack} applies with the real AWS provider`, async (note) => {
      const { seconds: took, output } = await stacks.apply(stack);
      figures[`${stack}Seconds`] = took;
      note(/^Apply complete!.*$/m.exec(output)?.[0] ?? "", `${took} s`);
      installation.writeState(stack as "network" | "cluster", await stacks.outputs(stack));
    });
  }
}

async function deployed({ installation }: Made, github: GitHub): Promise<void> {
  for (const stack of ["addons", "dagger"]) {
    await link(`npm run deploy -- ${stack}, with the real Helm and Kubernetes providers`, async (note) => {
      const ran = succeeded(await installation.command("deploy", stack, "--yes"));
      figures[`${stack}Seconds`] = ran.seconds;
      note(`${ran.seconds} s`);
    });
  }
  await link("a second plan of both is empty", async () => void succeeded(await installation.command("plan", "addons", "dagger")));
  await link("GitHub knows the scale set", () => until("the scale set registers", 120, async () => (await github.scaleSets()).join() === scaleSet).then(() => undefined));
  await link("Karpenter finds subnets, security groups and AMI that the stacks made", async () => {
    await until("the node class is ready", 120, async () => {
      const { classes } = await look();
      return classes.length === 1 && isTrue(classes[0]!, "Ready");
    });
  });
}

async function nodeAndJob({ account, installation, cluster }: Made, github: GitHub, keep: (bought: Bought) => void): Promise<Bought> {
  let bought: Bought | undefined;
  let printed = "";
  await link("a queued job buys a node, its engine starts, and a real dagger pipeline runs", async (note) => {
    const began = performance.now();
    const at = (name: string) => {
      figures[name] = seconds(began);
      note(`${name} ${figures[name]} s`);
    };
    const job = await RehearsedJob.queue(github, scaleSet);
    at("podAfter");
    note("npm run why:", ...(await installation.command("why")).output.trim().split("\n"));
    bought = await boughtNode(account, { parts, work, registryPort: REGISTRY_PORT });
    keep(bought);
    at("nodeBootsAfter");
    const { node, config, type, claim } = bought;
    note(`a ${type}, ${node.settings.name}`);
    figures.instanceType = type;
    const { name, apiServerEndpoint } = config.cluster;
    check(name === settings.name && apiServerEndpoint === cluster.access.server, `its user data leads to ${name} at ${apiServerEndpoint}`);
    check(config.localStorage === "RAID0", `its instance store becomes ${config.localStorage}`);
    await until("Karpenter has initialized it", 120, async () => (await look()).claims.some((one) => one.metadata.name === claim && isTrue(one, "Initialized")));
    at("nodeInitializedAfter");
    await job.start();
    at("jobGivenAfter");
    const timeline = succeeded(await installation.command("timeline"));
    check(timeline.output.includes(job.name), timeline.output);
    note("npm run timeline:", ...timeline.output.trim().split("\n"));
    printed = await job.end();
    at("jobOverAfter");
  });
  await link("a second job on that node gets the cached step of the first", async (note) => {
    const began = performance.now();
    const job = await RehearsedJob.queue(github, scaleSet);
    await job.start();
    const again = await job.end();
    figures.secondJobSeconds = seconds(began);
    note(`${figures.secondJobSeconds} s`);
    check(again === printed, `the step printed ${again}, first ${printed}`);
  });
  await link("a plan is empty while the node is there", async () => void succeeded(await installation.command("plan", "addons", "dagger")));
  await link("npm run verify finds nothing wrong", async (note) => {
    const ran = await installation.command("verify");
    note(...ran.output.trim().split("\n"));
    succeeded(ran);
  });
  return bought!;
}

async function nodeGoes({ account }: Made, { node, instanceId }: Bought): Promise<void> {
  await link("with nothing to do the node goes: Karpenter drains it and ends its instance", async (note) => {
    const began = performance.now();
    await until("the instance ends", 300, async () => !(await account.instances()).some(({ InstanceId }) => InstanceId === instanceId));
    await node.stop();
    await until("its Node is gone", 120, async () => {
      const { claims, nodes } = await look();
      return claims.length === 0 && !nodes.some(({ metadata }) => metadata.name === node.settings.name);
    });
    figures.nodeGoneAfter = seconds(began);
    note(`${figures.nodeGoneAfter} s after the last job (idleAfter: 1m)`);
  });
}

async function destroyed({ installation, stacks, account }: Made, github: GitHub, before: ReadonlySet<string>): Promise<void> {
  await link("npm run destroy takes dagger and addons", async (note) => {
    // The AWS stacks' states are here by their outputs alone: it says that the cluster stands.
    const ran = succeeded(await installation.command("destroy", "--yes"), 1);
    note(...ran.output.split("\n").filter((line) => line.includes("gone after")));
    check(ran.output.includes(`The EKS cluster ${settings.name} stands`), ran.output);
    check((await github.scaleSets()).length === 0, "GitHub still has a scale set");
    await cleared(installation, before);
  });
  for (const stack of [...stacks.names].reverse()) {
    await link(`${stack} goes with the real AWS provider`, async (note) => note(/^Destroy complete!.*$/m.exec((await stacks.destroy(stack)).output)?.[0] ?? ""));
  }
  await link("nothing is left in the account, and AWS's API models took each request", async (note) => {
    const { requests, refused } = account.checked();
    figures.requests = requests;
    note(`${requests} requests`);
    check(refused.length === 0, refused.join("\n"));
    const left = await account.left();
    check(left.length === 0, `left: ${left.join(", ")}`);
    const { output } = succeeded(await installation.command("destroy", "--yes"));
    check(/Nothing in \S+ is left/.test(output), output);
  });
}

async function main(): Promise<void> {
  const registry = await serveCharts(charts, [config], work);
  const bare = await startCluster(directory, settings.name, { ARC_DIR: arc, NO_ACCOUNT: "1", NO_KUBELETS: "1", JIT_CONFIG: RUNNER, RUNNER_START_SECONDS: "86400" });
  const cluster: Cluster = { ...bare, queue: AwsAccount.url };
  const before = await objects();
  const stopImages = await startImages(parts, REGISTRY_PORT, contract.engineImage);
  const { server, authority } = cluster.access;
  const account = await AwsAccount.start({ lane, python: process.env.MOTO_PYTHON!, work, kubernetes: KUBERNETES, ami: versions.ami.split("@")[1]!, server, authority });
  let bought: Bought | undefined;
  try {
    const installation = new Installation({ work, cluster, providers, authority: registry.authority }, settings);
    const stacks = await AwsStacks.prepare({ lane, provider: awsProvider, python: process.env.MOTO_PYTHON!, work, configuration: join(installation.folder, "dagger-ci.yaml") });
    const made = { cluster, installation, account, stacks };
    const github = new GitHub(cluster);
    await awsStacks(made);
    await deployed(made, github);
    await nodeGoes(made, await nodeAndJob(made, github, (one) => (bought = one)));
    await destroyed(made, github, before);
  } catch (error) {
    if (!(error instanceof Broken)) await step("the rehearsal comes to its end", () => Promise.reject(error instanceof Error ? error : new Error(String(error))));
  } finally {
    await bought?.node.stop();
    stopImages();
    account.stop();
    stop(directory);
  }
  console.log(JSON.stringify(figures, null, 2));
  giveFigures(figures);
  const holds = sum();
  process.exit(holds ? 0 : 1);
}

void main();
