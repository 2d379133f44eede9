/** Name of the output by which every stack says which installation it is part of. */
export const INSTALLATION = "installation";
/** Name of the output that is all that is left in a state which was moved: where it went. */
export const MOVED_TO = "moved_to";

/** What tells one installation from another. None of it can change while the installation stands. */
export interface Installation {
  readonly name: string;
  readonly region: string;
  /** AWS account id. */
  readonly account: string;
}

export const INSTALLATION_PARTS = ["name", "region", "account"] as const satisfies readonly (keyof Installation)[];

const WORDS = {
  name: ["the installation", "the configuration is of", "Put the name back"],
  region: ["an installation in", "the configuration says", "Put the region back"],
  account: ["an installation in the AWS account", "configuration or credentials are of", "Use credentials of that account"],
} as const;

/** Why a state cannot be used, and what to do. `stands` and `wanted` may be references of Terraform. */
export function anotherInstallation(part: keyof Installation, stands: string, wanted: string): string {
  const [what, but, cure] = WORDS[part];
  return (
    `The state here is that of ${what} ${stands}, but ${but} ${wanted}. Nothing that stands can be moved there: it would be ` +
    `destroyed, or lost and made a second time. ${cure}, or give the other installation a configuration and states of its ` +
    "own: docs/several-installations.md."
  );
}
