import type { Changed } from "../changes";

/** Something in a plan that a reviewer must not miss, with the reason. */
export interface Flag {
  /** What it is, in a few words. */
  readonly title: string;
  readonly reason: string;
  /** The resource that it is about. */
  readonly address?: string;
}

/** Looks at all resources of a plan, unchanged ones too. */
export type Rule = (changes: readonly Changed[]) => Flag[];
