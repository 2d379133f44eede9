import { errorText } from "../command";
import type { SynthesizedStack } from "../synthesized";
import type { Workspace } from "../terraform/operate";
import type { Search, StandingInAws } from "./account";
import { notThatOfBase } from "./against-base";
import { arcStep } from "./arc-step";
import { firstApply } from "./first-apply";
import { recorded } from "./recorded";
import { otherInstallation } from "./same-installation";
import { wantedInstallation } from "./wanted";

/** Looks at a stack that is initialised. @returns why it must not be planned, or nothing. */
export type Admit = (stack: SynthesizedStack) => Promise<string | undefined>;

export interface AdmissionOptions {
  readonly workspace: Workspace;
  /** All stacks that were synthesised, also those that are not planned. */
  readonly stacks: readonly SynthesizedStack[];
  /** Name of an installation that may be made though others stand, or though something of that name stands. */
  readonly newInstallation?: string | undefined;
  /** Stacks of the configuration that this one changes. */
  readonly base?: readonly SynthesizedStack[] | undefined;
  /** Says what could not be looked at. */
  readonly note: (line: string) => void;
  /** Default: the AWS account of the credentials. */
  readonly look?: (search: Search) => Promise<StandingInAws>;
}

/** The AWS SDK takes its time to load, and is needed only for what has no state yet. */
const lookInAws = async (search: Search): Promise<StandingInAws> => (await import("./account")).standingInAws(search);

/** Compares what a state, this checkout and the account say with the configuration, before anything is planned. */
export function admission({ workspace, stacks, newInstallation, base = [], note, look = lookInAws }: AdmissionOptions): Admit {
  let asked: Promise<StandingInAws> | undefined;
  const standing = (search: Search) =>
    (asked ??= look(search).catch((error: unknown) => {
      // Whoever has no right to look has none to make these things either.
      note(`could not look whether ${search.name} stands in AWS already: ${errorText(error)}`);
      return { own: [], others: [] };
    }));

  const refusal: Admit = async (stack) => {
    const state = await recorded(workspace, stack.name);
    const meant = newInstallation === wantedInstallation(stack).name;
    const other = otherInstallation(stack, state) ?? (meant ? undefined : notThatOfBase(stack, base));
    if (other !== undefined) return other;
    if (stack.name === "addons") return arcStep(workspace, stack, state);
    return meant || state.state !== "empty" ? undefined : firstApply(stack, stacks, workspace.outdir, standing);
  };
  // A sentence a line: a review shows the beginning of each.
  return async (stack) => (await refusal(stack))?.replace(/(?<=[.:]) (?=[A-Z])/g, "\n");
}
