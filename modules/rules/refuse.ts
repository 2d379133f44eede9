/** Reports a problem: where in the configuration, what was received there, and what is allowed, as a phrase. */
export type Refuse = (path: readonly (string | number)[], received: unknown, allowed: string) => void;
