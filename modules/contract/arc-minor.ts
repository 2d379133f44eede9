/** `0.14` of `0.14.2`: within it ARC's controller and its runner sets understand each other. */
export const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** Construct, and with it the address, by which the addons stack remembers the minor version of its controller. */
export const ARC_MEMORY = "arc-minor";

/** Why ARC's controller cannot change under runner sets that stand, and what to do. Versions may be references of Terraform. */
export const arcMinorChanges = (stands: string, wanted: string): string =>
  `ARC ${stands} would become ${wanted}: a controller of another minor version deletes all runner sets that stand, and ` +
  "their running jobs are lost. npm run upgrade takes the sets away when no job runs, changes the controller, and makes them " +
  "again; npm run upgrade -- --only-remove-runner-sets leaves the rest to npm run deploy, or to the workflow.";
