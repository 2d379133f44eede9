import { UserError } from "../../modules/user-error";
import type { SynthesizedStack } from "../synthesized";
import { changeStack, initStack, stateAddresses, type Workspace } from "../terraform/operate";
import type { KubeObject } from "../verify/snapshot";
import { actionText, type Action } from "./steps";

/** A job runs where the next step would kill it. */
export class JobsRunning extends UserError {}

export interface RunOptions {
  readonly workspace: Workspace;
  readonly stacks: readonly SynthesizedStack[];
  /** All pods of the cluster. */
  readonly pods: () => Promise<readonly KubeObject[]>;
  /** Go on although jobs run; they are lost. */
  readonly despiteJobs: boolean;
  readonly say: (line: string) => void;
}

/** Does the steps one after another, and says each. @throws JobsRunning before anything that would kill a running job. */
export async function runUpgrade(actions: readonly Action[], options: RunOptions): Promise<void> {
  for (const [i, action] of actions.entries()) {
    options.say(`${i + 1}/${actions.length}  ${actionText(action)}`);
    await runAction(action, options);
  }
}

async function runAction(action: Action, { workspace, stacks, pods, despiteJobs, say }: RunOptions): Promise<void> {
  switch (action.do) {
    case "wait for idle": {
      if (despiteJobs) {
        say("     not looked at: --despite-jobs");
        return;
      }
      const running = runningJobs(await pods(), action.namespaces);
      if (running.length === 0) return;
      throw new JobsRunning(`Jobs run in ${running.join(", ")}. Nothing more was done: call this again when they have ended, or with --despite-jobs.`);
    }
    case "apply":
      await initStack(workspace, action.stack);
      await changeStack(workspace, action.stack, "apply");
      return;
    case "add fleets":
      await initStack(workspace, "dagger");
      await changeStack(workspace, "dagger", "apply", fleetAddresses(stacks, action.fleets));
      return;
    case "remove runner sets": {
      await initStack(workspace, "dagger");
      const sets = (await stateAddresses(workspace, "dagger")).filter(isRunnerSet);
      if (sets.length > 0) await changeStack(workspace, "dagger", "destroy", sets);
    }
  }
}

/** Runner pods that run in these namespaces, as `namespace/name`. A scale set makes a pod for a job only. */
export const runningJobs = (pods: readonly KubeObject[], namespaces: readonly string[]): string[] =>
  pods
    .filter(({ metadata, spec, status }) => {
      const containers = (spec?.containers ?? []) as { name: string }[];
      const isRunner = containers.some(({ name }) => name === "runner");
      return isRunner && status?.phase === "Running" && namespaces.includes(metadata.namespace ?? "");
    })
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

/** Addresses of all that belongs to these fleets: the ids in the dagger stack begin with the fleet's name. */
export function fleetAddresses(stacks: readonly SynthesizedStack[], fleets: readonly string[]): string[] {
  const { resource = {} } = stacks.find(({ name }) => name === "dagger")?.template ?? {};
  return Object.entries(resource).flatMap(([type, items]) =>
    Object.keys(items)
      .filter((id) => fleets.some((fleet) => id.startsWith(`${fleet}_`)))
      .map((id) => `${type}.${id}`),
  );
}

/** A scale set's release: of the releases of a fleet, all but its engine. */
const isRunnerSet = (address: string): boolean => /^helm_release\.(?!.*_engine_)/.test(address);
