import type { Changed } from "../changes";
import { attributeChanges } from "../diff";
import { at, textAt } from "../plan-json";
import type { Flag, Rule } from "./rule";

/** A secret that is read from elsewhere, is written to the cluster again, or goes there. */
export const secretStore: Rule = (changes, outputs) => {
  const stored = inCluster(changes);
  const written = stored.filter(({ title }) => title === WRITTEN).flatMap(({ address = "" }) => address);
  return [...sources(outputs, written, standingFleets(changes)), ...stored];
};

/** How the ids of the Kubernetes secrets end, by what they are for; of others it is not known which secret they write. */
const IDS: Readonly<Record<string, string>> = { github: "_github-secret_", daggerCloud: "_cloud-secret_", telemetry: "_telemetry-secret_", proxy: "_proxy-secret_" };
/** Begins the line of a fleet that has a GitHub of its own. */
const OF_FLEET = "github of ";
const idOf = (what: string): string => (what.startsWith(OF_FLEET) ? `.${what.slice(OF_FLEET.length)}${IDS.github!}` : (IDS[what] ?? " "));

const WRITTEN = "Secret written again";

const inCluster = (changes: readonly Changed[]): Flag[] =>
  changes.flatMap(({ type, kind, change, address }): Flag[] => {
    const title = "Secret's store changed";
    if (type === "kubernetes_secret_v1") {
      if (kind === "destroy" || kind === "replace") {
        return [{ title, what: `the Kubernetes secret is ${kind === "destroy" ? "deleted" : "made anew"}`, means: { jobs: "pods that need it do not start without it" }, address }];
      }
      const revisions = [at(change.before, "data_wo_revision"), at(change.after, "data_wo_revision")];
      if (kind !== "change" || revisions[0] === revisions[1]) return [];
      return [
        {
          title: WRITTEN,
          how: `revision ${revisions.map(String).join(" to ")}`,
          weight: "note",
          means: { data: "the cluster gets what AWS Secrets Manager holds at the apply; pods that started before keep the old" },
          address,
        },
      ];
    }
    if (kind !== "change" && kind !== "replace") return [];
    const paths = attributeChanges(type, change).map(({ path }) => path);
    const about = paths.filter((path) => type === "helm_release" && /^values\..*(secret(name)?|existingsecret)$/i.test(path) && !path.includes(".volumes"));
    return about.length > 0 ? [{ title, what: `${about.join(", ")} changes`, means: { jobs: "pods that start from then on need the other secret" }, address }] : [];
  });

/** The name of a secret; a fleet without a GitHub of its own has the installation's. */
const nameOf = (names: unknown, what: string): string => textAt(names, what) || (what.startsWith(OF_FLEET) ? textAt(names, "github") : "");

/** The lines of fleets that stand and stay: one may get a GitHub of its own, or give it up. */
const standingFleets = (changes: readonly Changed[]): string[] =>
  changes.flatMap(({ type, kind, address }) => {
    const stays = type === "kubernetes_secret_v1" && ["unchanged", "change"].includes(kind);
    const [, fleet] = /^kubernetes_secret_v1\.(.+)_github-secret_/.exec(address) ?? [];
    return stays && fleet !== undefined ? [`${OF_FLEET}${fleet}`] : [];
  });

/**
 * Secrets that are read from elsewhere. Terraform reads them while it runs and forgets them, so only an output tells their
 * names; what was read reaches the cluster where a secret is written again.
 */
function sources(outputs: Parameters<Rule>[1], written: readonly string[], standing: readonly string[]): Flag[] {
  const { before, after } = outputs?.secret_names ?? {};
  return [...new Set([...Object.keys(before ?? {}), ...standing])].flatMap((what): Flag[] => {
    const [old, now] = [nameOf(before, what), nameOf(after, what)];
    // Of a fleet without a GitHub of its own, the line of the installation tells.
    if (what.startsWith(OF_FLEET) && [before, after].every((side) => textAt(side, what) === "")) return [];
    if (now === old || now === "" || old === "") return [];
    return [
      {
        title: "Secret read from elsewhere",
        how: `${what}: ${old} to ${now}`,
        ...(written.some((address) => address.includes(idOf(what)))
          ? { weight: "note", means: { data: "the cluster gets what that one holds at the apply" } }
          : {
              means: { jobs: "runners go on with the old content, and fail when that is no longer valid" },
              advice: "Raise its secretRevision, or the cluster never gets the new content",
            }),
      },
    ];
  });
}
