import { ADDON_NAMES, ADDONS } from "../../modules/contract/addons";
import { initStack, stateAddresses, stateOutputs, type Workspace } from "../terraform/operate";
import type { Deployed } from "./steps";

/** Reads from the states what is deployed. Stacks that were never applied count as holding nothing. */
export async function readDeployed(workspace: Workspace): Promise<Deployed> {
  const [cluster, addons, dagger] = [await outputs(workspace, "cluster"), await outputs(workspace, "addons"), await outputs(workspace, "dagger")];
  const text = (of: Record<string, unknown>, name: string) => (typeof of[name] === "string" ? of[name] : "");
  const map = (name: string) => (dagger[name] ?? {}) as Record<string, string>;
  const runsOn = (dagger.runs_on ?? {}) as Record<string, string[]>;
  return {
    kubernetes: text(cluster, "cluster_version"),
    addons: Object.fromEntries(ADDON_NAMES.map((name) => [name, text(addons, ADDONS[name].output)])) as Deployed["addons"],
    fleets: new Map(
      Object.entries(map("engine_versions")).map(([name, version]) => [
        name,
        { dagger: version, namespace: map("namespaces")[name] ?? "", ami: map("amis")[name] ?? "", runsOn: runsOn[name] ?? [] },
      ]),
    ),
  };
}

async function outputs(workspace: Workspace, stack: string): Promise<Record<string, unknown>> {
  await initStack(workspace, stack);
  const addresses = await stateAddresses(workspace, stack);
  return addresses.length === 0 ? {} : stateOutputs(workspace, stack);
}
