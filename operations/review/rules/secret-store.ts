import { isDeepStrictEqual } from "node:util";
import type { TerraformJson } from "../../synthesized";
import { attributeChanges } from "../diff";
import { at } from "../plan-json";
import type { Flag, Rule } from "./rule";

/** A Kubernetes secret that is written again or goes, or a key that encrypts secrets which changes. */
export const secretStore: Rule = (changes) =>
  changes.flatMap(({ type, kind, change, address }): Flag[] => {
    const title = "Secret's store changed";
    if (type === "kubernetes_secret_v1") {
      if (kind === "destroy" || kind === "replace") {
        return [{ title, reason: `the Kubernetes secret is ${kind === "destroy" ? "deleted" : "made anew"}`, address }];
      }
      const revisions = [at(change.before, "data_wo_revision"), at(change.after, "data_wo_revision")];
      if (kind !== "change" || revisions[0] === revisions[1]) return [];
      return [
        {
          title: "Secret written again",
          reason: `revision ${revisions.map(String).join(" to ")}: the cluster gets what AWS Secrets Manager holds at the apply; pods that started before keep the old`,
          address,
        },
      ];
    }
    if (kind !== "change" && kind !== "replace") return [];
    const paths = attributeChanges(type, change).map(({ path }) => path);
    const about = paths.filter(
      (path) =>
        (type === "aws_eks_cluster" && path.startsWith("encryption_config")) ||
        (type === "helm_release" && /^values\..*(secret(name)?|existingsecret)$/i.test(path)),
    );
    return about.length > 0 ? [{ title, reason: `${about.join(", ")} changes`, address }] : [];
  });

/**
 * Which AWS secrets a stack reads is in no plan: Terraform reads them while it runs and forgets them. So the synthesised
 * stacks of before and after are compared.
 */
export function secretSources(before: TerraformJson, after: TerraformJson): Flag[] {
  const [old, now] = [sources(before), sources(after)];
  return Object.keys({ ...old, ...now }).flatMap((name) => {
    if (isDeepStrictEqual(old[name], now[name]) || old[name] === undefined) return [];
    const to = now[name] === undefined ? "is read no more" : `becomes ${now[name]}`;
    return [
      {
        title: "Secret's store changed",
        reason: `AWS secret ${old[name]} ${to}; the cluster keeps the old content until the secret's revision in the configuration is raised`,
        address: `ephemeral.aws_secretsmanager_secret_version.${name}`,
      },
    ];
  });
}

const sources = (template: TerraformJson): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(at(template, "ephemeral", "aws_secretsmanager_secret_version") ?? {}).map(([name, body]) => [
      name,
      at(body, "secret_id") as string | undefined,
    ]),
  );
