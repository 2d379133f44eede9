import { unreadableState } from "./diagnostics";

/**
 * What `terraform init` said, in words of this project where it is that the states are to be elsewhere than when it
 * last ran in this folder, or that a state cannot be read.
 */
export const initError = (output: string): string =>
  /Backend (configuration|type) changed|Backend initialization required|Can't ask approval for state migration|Migrating state from HCP Terraform/.test(output)
    ? "The states of this configuration are to be in another place than before. To move them there: npm run state -- move --help. " +
      "If state, name or region of the configuration changed by mistake, put it back."
    : (unreadableState(output) ?? output);
