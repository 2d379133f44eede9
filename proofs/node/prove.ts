import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fleetContract } from "../../modules/contract/fleet-contract";
import { instanceTypes } from "../../modules/facts/instance-types";
import { allocatable } from "../../modules/placement/allocatable";
import { placement } from "../../modules/placement/placement";
import { UserError } from "../../modules/user-error";
import { Checks } from "../report/checks";
import { giveFigures, keptFigures } from "../report/figures";
import { seconds } from "../report/steps";
import { isTrue } from "../cluster/objects";
import { kubectl } from "../cluster/rig";
import { arrival } from "./arrival";
import { Namespace, until } from "./cluster";
import { idle } from "./idle";
import { drain, kill, restarts, rollout } from "./moves";
import { startImages } from "./images";
import { RealNode } from "./node";
import { pressure } from "./pressure";
import { rendered } from "./rendered";
import { atOnce, whatRunnersGet } from "./runners";
import type { Scene } from "./scene";
import { sizeOf } from "./size";

/** The literal pods of a fleet on one real node. `prove NODE_DIR CHARTS_DIR [STEP…]`; KUBECONFIG leads to an API server. */
const [parts = "", charts = "", ...asked] = process.argv.slice(2);
const DAGGER = process.env.DAGGER_VERSION ?? "0.21.8";
const TYPE = instanceTypes.find(({ name }) => name === "m6id.4xlarge")!;
const PORT = 5000;
/** In the order of a node's life; none goes without the first. */
const STEPS = { arrival, whatRunnersGet, atOnce, idle, rollout, drain, restarts, kill, pressure };

const settings = (engine: object) => ({
  name: "proof",
  region: "eu-west-1",
  github: { organization: "proof", secret: "proof" },
  fleets: [{ name: "main", dagger: DAGGER, engine, runners: [{ cpu: 2, memory: "8Gi", max: 8 }, { name: "patient", cpu: 2, memory: "8Gi", max: 8, finishJobs: true }] }],
});

async function main(): Promise<void> {
  const checks = new Checks();
  const { check } = checks;
  const now = rendered(settings({}), charts);
  const { fleet } = now;
  const contract = fleetContract(fleet);
  const [size, patient] = fleet.runners;
  const promised = placement(fleet).sizes[0]!.landings.find(({ type }) => type === TYPE)!.runners;
  const work = mkdtempSync(join(tmpdir(), "proof-node-"));
  const stopImages = await startImages(parts, PORT, contract.engineImage);
  const figures: Record<string, object> = {};
  let node: RealNode | undefined;
  const start = performance.now();
  try {
    node = await RealNode.start({
      ...{ parts, folder: join(work, "node"), number: 1, name: "node-1", providerId: "aws:///eu-west-1a/i-00000000000000001" },
      ...{ labels: contract.nodeLabels, taints: [contract.taint], ...sizeOf(TYPE), array: false },
      ...{ kubeconfig: process.env.KUBECONFIG!, registryPort: PORT, hosts: "/etc/hosts" },
    });
    const { found } = await until("the node", async () => {
      const object = JSON.parse(await kubectl(["get", "node", "node-1", "-o", "json"]).catch(() => "{}")) as { status?: { conditions: { type: string; status: string }[]; nodeInfo: Record<string, string>; allocatable: Record<string, string> } };
      return isTrue(object, "Ready") && object.status;
    });
    const readyAfter = seconds(start);
    const expected = allocatable(TYPE);
    check("a node of that size offers pods what placement reckons with", found.allocatable.cpu === `${expected.cpuMillicores}m` && found.allocatable.memory === `${expected.memoryMib}Mi`, found.allocatable);
    const scene: Scene = {
      ...{ node, check, promised, rendered: now, changed: rendered(settings({ logLevel: "debug" }), charts) },
      ...{ namespace: new Namespace(fleet.namespace), engines: `name=${contract.engineDaemonSet}` },
      ...{ runner: now.runners[size!.runsOn]!, patient: now.runners[patient!.runsOn]! },
    };
    figures.instance = { size: TYPE.name, readyAfter, kubelet: found.nodeInfo.kubeletVersion!, runtime: found.nodeInfo.containerRuntimeVersion!, dagger: DAGGER };
    for (const [name, step] of Object.entries(STEPS)) {
      if (asked.length > 0 && name !== "arrival" && !asked.includes(name)) continue;
      console.log(`--- ${name}`);
      figures[name] = (await step(scene)) ?? {};
    }
  } catch (error) {
    check("the proof comes to its end", false, `${String(error)}\n${node?.lastWords() ?? ""}`);
  } finally {
    stopImages();
    await node?.stop();
    const left = spawnSync("sh", ["-c", "ip link show node-1; pgrep -x 'kubelet|containerd|dagger-engine'"], { encoding: "utf8" }).stdout;
    check("nothing is left of the node when it is gone", left === "" && readdirSync(work).length === 0, left);
    rmSync(work, { recursive: true, force: true });
  }
  console.log(JSON.stringify(figures, null, 2));
  giveFigures(asked.length === 0 ? figures : { ...keptFigures("node"), ...figures });
  checks.end();
}

main().catch((error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  console.log(`Left out: ${error.message}`);
  process.exitCode = 77;
});
