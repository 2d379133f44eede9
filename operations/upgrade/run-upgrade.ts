import { ARC_MEMORY, minorOf } from "../../modules/contract/arc-minor";
import { UserError } from "../../modules/user-error";
import type { SynthesizedStack } from "../synthesized";
import { deployStack } from "../deploy/deploy-stacks";
import { Interrupted } from "../interrupt";
import { destroyStack, forgetResource, initStack, isRunnerSet, stateAddresses, type Workspace } from "../terraform/operate";
import { progress } from "../terraform/progress";
import type { KubeObject } from "../kubernetes/objects";
import type { Snapshot } from "../verify/snapshot";
import { actionText, type Action } from "./steps";

/** Label by which ARC's charts mark what is of the controller. */
const ARC_PART = "gha-rs-controller";

/** A job runs where the next step would kill it. */
export class JobsRunning extends UserError {}

export interface RunOptions {
  readonly workspace: Workspace;
  readonly stacks: readonly SynthesizedStack[];
  /** Where to keep plans between review and apply: nobody else may write there. */
  readonly plans: string;
  /** Asks whether to apply a plan that was shown; the question names the stack. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** What the cluster holds. */
  readonly snapshot: () => Promise<Pick<Snapshot, "pods" | "runnerSets" | "deployments">>;
  /** Go on although jobs run; they are lost. */
  readonly despiteJobs: boolean;
  readonly say: (line: string) => void;
  /** As `say`, for text that is no whole line yet. */
  readonly write: (text: string) => void;
}

/** A step was not done, and those after it neither. */
export class UpgradeStopped extends UserError {}

/**
 * Does the steps one after another, and says each.
 * @throws JobsRunning before anything that would kill a running job.
 * @throws UpgradeStopped if a plan failed or was not wanted.
 * @throws Interrupted, with what was done.
 */
export async function runUpgrade(actions: readonly Action[], options: RunOptions): Promise<void> {
  for (const [i, action] of actions.entries()) {
    options.say(`${i + 1}/${actions.length}  ${actionText(action)}`);
    await runAction(action, options).catch((error: unknown) => {
      if (!(error instanceof Interrupted)) throw error;
      const left = actions.slice(i + 1).map((next) => ` Not begun: ${actionText(next)}.`);
      throw new Interrupted(`${error.message}${left.join("")} npm run upgrade goes on from there.`, error.reason);
    });
  }
}

async function runAction(action: Action, options: RunOptions): Promise<void> {
  const { workspace, stacks, snapshot, despiteJobs, say } = options;
  switch (action.do) {
    case "be alone": {
      if (despiteJobs) {
        say("     not looked at: --despite-jobs");
        return;
      }
      const others = ((await snapshot()).runnerSets ?? []).map(({ metadata }) => metadata).filter(({ namespace = "" }) => !action.namespaces.includes(namespace));
      if (others.length === 0) return;
      throw new JobsRunning(
        `Runner sets of others stand in the cluster: ${others.map(({ namespace, name }) => `${namespace}/${name}`).join(", ")}. The new controller would ` +
          "delete them with their jobs. Nothing was done: take them away first (docs/several-installations.md), or call this with --despite-jobs.",
      );
    }
    case "controller there": {
      const found = ((await snapshot()).deployments ?? []).map(({ metadata }) => metadata).find(({ namespace, labels }) => namespace === action.namespace && labels?.["app.kubernetes.io/part-of"] === ARC_PART);
      const version = found?.labels?.["app.kubernetes.io/version"];
      if (version !== undefined && minorOf(version) === action.minor) return;
      throw new UpgradeStopped(
        `The ARC in ${action.namespace} is ${version === undefined ? "not there" : `${version}, not of ${action.minor}`}. The runner sets are away, and jobs queue at GitHub: ` +
          "let its owner bring it to that version, then call this again.",
      );
    }
    case "wait for idle": {
      if (despiteJobs) {
        say("     not looked at: --despite-jobs");
        return;
      }
      const running = runningJobs((await snapshot()).pods ?? [], action.namespaces);
      if (running.length === 0) return;
      throw new JobsRunning(`Jobs run in ${running.join(", ")}. Nothing more was done: call this again when they have ended, or with --despite-jobs.`);
    }
    case "apply":
      await applyReviewed(action.stack, [], options);
      return;
    case "add fleets":
      await applyReviewed("dagger", fleetAddresses(stacks, action.fleets), options);
      return;
    case "remove runner sets": {
      await initStack(workspace, "dagger");
      const sets = (await stateAddresses(workspace, "dagger")).filter(isRunnerSet);
      if (sets.length > 0) await destroyStack(workspace, "dagger", sets);
      // Nothing is left that another minor version could delete.
      await initStack(workspace, "addons");
      await forgetResource(workspace, "addons", `terraform_data.${ARC_MEMORY}`);
    }
  }
}

/** What is shown is what is applied, here as in a deploy. */
async function applyReviewed(name: string, targets: readonly string[], { workspace, stacks, plans, confirm, write }: RunOptions): Promise<void> {
  const { run, ...folders } = workspace;
  const stack = stacks.find((other) => other.name === name)!;
  const stopped = await deployStack(run, stack, { ...folders, plans, confirm, write, targets }, progress(name.length, write));
  if (stopped !== undefined) throw new UpgradeStopped(`${stopped.why} npm run upgrade goes on from there.`);
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
