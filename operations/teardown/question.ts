/** How far it came, in each refusal. */
export const LEFT = "Nothing was looked for, and nothing was deleted.";

/** Of which cluster it is asked what it still uses. */
export interface Question {
  readonly clusterName: string;
  /** The cluster is not ours and lives on. */
  readonly sharedCluster: boolean;
  readonly fleets: readonly string[];
  /** Where the stacks keep their states, for people. */
  readonly states: string;
}
