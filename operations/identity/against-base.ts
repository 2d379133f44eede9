import { INSTALLATION_PARTS } from "../../modules/contract/installation";
import type { SynthesizedStack } from "../synthesized";
import { wantedInstallation } from "./wanted";

/** Why a stack is not the one that it changes, such as that of the branch which a pull request goes to. */
export function notThatOfBase(stack: SynthesizedStack, base: readonly SynthesizedStack[]): string | undefined {
  const before = base.find(({ name }) => name === stack.name);
  if (before === undefined) return undefined;
  const [old, now] = [wantedInstallation(before), wantedInstallation(stack)];
  const part = INSTALLATION_PARTS.find((each) => old[each] !== undefined && now[each] !== undefined && old[each] !== now[each]);
  return part === undefined
    ? undefined
    : `${part} would change from ${old[part]!} to ${now[part]!}. That changes no installation: it makes another one, and leaves what stands ` +
        `without its configuration. Put ${part} back, or add a configuration beside the other: docs/several-installations.md. ` +
        `If it shall be so all the same: --new-installation ${now.name}`;
}
