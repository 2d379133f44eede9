import { ADDON_NAMES, ADDONS, type AddonName } from "../../../modules/contract/addons";
import { charts } from "../../../modules/contract/sources";
import { versions } from "../../../modules/facts/versions";
import type { Changed } from "../changes";
import { at } from "../plan-json";
import { destroyed, gone, type Meaning } from "./meaning";

const versionsOf = ({ change }: Changed) => [String(at(change.before, "version")), String(at(change.after, "version"))] as const;
const parts = (version: string) => version.replace(/^v/, "").split(".").map(Number);
const minor = (version: string) => parts(version).slice(0, 2).join(".");
const isChange = ({ kind }: Changed) => kind === "change" || kind === "replace";

const versionChanges: Meaning["match"] = (changed) => {
  const [before, after] = versionsOf(changed);
  return isChange(changed) && before !== after && `${before} to ${after}`;
};

const minorChanges: Meaning["match"] = (changed) => {
  const [before, after] = versionsOf(changed);
  return isChange(changed) && minor(before) !== minor(after) && `${before} to ${after}`;
};

const patchChanges: Meaning["match"] = (changed, all) => minorChanges(changed, all) === false && versionChanges(changed, all);

/** Helm keeps what has this annotation when its release goes. */
const keepsCrds = ({ change }: Changed) => JSON.stringify(at(change.before, "values") ?? "").includes("helm.sh/resource-policy");

/** Charts by their names, which are the same in every version. */
const CHARTS = charts({ versions: { ...versions, eksAddons: {} }, charts: { mirrors: {} } });

/** The row about another version of an add-on: its subject (the last of its charts has the controller) and its title. */
export const versionRow = (name: AddonName): [of: string, title: string] => {
  const { charts: names, title } = ADDONS[name];
  return [`chart ${CHARTS[names.at(-1)!].name}`, `${title} changes its version`];
};

const newVersion = (name: AddonName): Meaning => {
  const [of, title] = versionRow(name);
  // Another minor version of ARC has a row of its own.
  const change = name === "arc" ? { change: "`version`, a patch", match: patchChanges } : { change: "`version`", match: versionChanges };
  return { of, ...change, title, weight: "note", means: { jobs: ADDONS[name].restarts } };
};

/** What changes of controllers and of the kinds of objects that they bring mean. */
export const CONTROLLERS: readonly Meaning[] = [
  ...ADDON_NAMES.map(newVersion),
  {
    of: "chart karpenter-crd",
    change: "destroyed, replaced, its CRDs kept",
    match: (changed, all) => keepsCrds(changed) && gone(changed, all),
    title: "Karpenter's CRDs are left",
    weight: "note",
    means: { data: "Helm keeps them, and with them every NodePool, EC2NodeClass and NodeClaim; whoever has them from then on must renew them" },
  },
  {
    of: "chart karpenter-crd",
    change: "destroyed, replaced, of a version that did not keep its CRDs",
    match: (changed, all) => !keepsCrds(changed) && gone(changed, all),
    title: "Karpenter's CRDs go",
    means: {
      jobs: "every runner node is drained, and no node is bought",
      caches: "all caches of autoscaled fleets are lost",
      data: "Kubernetes deletes every NodePool, EC2NodeClass and NodeClaim with them",
      reversibility: "what is deleted comes back only with the next apply of dagger; apply addons as it is before, and the CRDs stay",
    },
  },
  {
    of: "chart karpenter",
    change: "destroyed, replaced",
    match: gone,
    title: "Karpenter goes",
    means: { jobs: "no node is bought, so new jobs wait; node pools that are to go wait for it in vain" },
  },
  {
    of: "chart karpenter",
    change: "`version`, another minor",
    match: minorChanges,
    title: "Karpenter may replace every node",
    weight: "note",
    means: { caches: "some versions count another hash for nodes and replace all of them, each after its jobs: read its upgrade notes" },
  },
  {
    of: "chart gha-runner-scale-set-controller",
    change: "destroyed, replaced",
    match: gone,
    title: "ARC's controller goes",
    means: { jobs: "no job is taken until another controller runs, and runner sets cannot be deleted: their finalizers wait for it" },
  },
  {
    of: "chart gha-runner-scale-set-controller",
    change: "`version`, another minor",
    match: minorChanges,
    title: "ARC changes its minor version",
    means: { jobs: "the new controller deletes every runner set of the other minor version, and running jobs with it; `npm run upgrade` waits for jobs and takes the sets away first" },
  },
  {
    of: "chart actions-runner-controller",
    change: "destroyed, replaced",
    match: gone,
    title: "Summerwind's controller goes",
    covers: ({ type, kind }) => type === "kubernetes_secret_v1" && kind === "destroy",
    means: { jobs: "jobs of RunnerDeployments are not taken any more, and RunnerDeployments cannot be deleted: their finalizers wait for it" },
  },
  {
    of: "chart cert-manager",
    change: "destroyed, replaced",
    match: gone,
    title: "cert-manager goes",
    means: { jobs: "certificates of webhooks are not renewed: summerwind's stop working when theirs run out" },
  },
  {
    of: "chart dagger-ci-addons-guard",
    change: "destroyed",
    match: destroyed,
    title: "Addons are no longer guarded",
    means: { reversibility: "a destroy of addons goes through while fleets stand, and takes their controllers away" },
  },
];
