import type { Changed } from "../changes";
import type { Means } from "../meaning/meaning";
import type { PlanJson } from "../plan-json";

/** Something in a plan that a reviewer must not miss, with the reason. */
export interface Flag {
  /** What it is, in a few words. */
  readonly title: string;
  /** How it comes: from what to what, or what forces it. */
  readonly how?: string;
  /** What happens, where title and means do not say it. */
  readonly what?: string;
  /** What is lost, cut off, opened or refused; of a note, what it costs or who waits. Never empty. */
  readonly means: Means;
  /** What to do, or what this apply does about it; a sentence without its end. */
  readonly advice?: string;
  /** The resource that it is about. */
  readonly address?: string;
  /** More resources of which the same is to be said. */
  readonly also?: readonly string[];
  /** `note` where nothing is lost. Default: `caution`. */
  readonly weight?: "note";
  /** This says it all: what changes in each resource is not worth reading. */
  readonly brief?: true;
  /** Resources of which this flag says all that is to be said, so that a cause is told once. */
  readonly covers?: (changed: Changed) => boolean;
}

/** Looks at all resources of a plan, unchanged ones too, and, where resources do not tell it, at the plan's outputs. */
export type Rule = (changes: readonly Changed[], outputs?: PlanJson["output_changes"]) => Flag[];
