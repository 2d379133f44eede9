import { z } from "zod";
import { endsInDay } from "./dates";
import { quoted, text } from "./text";

/** Karpenter's alias of an AMI: family and release. Amazon Linux 2023 alone makes an array of the disks as the engine needs it. */
export const amiAlias = () => z.string({ error: ALIAS }).refine(isAlias, { error: (issue) => `${ALIAS}${whyNot(issue.input)}` });
const ALIAS = "an alias such as al2023@v20260724";
const isAlias = (value: string): boolean => /^al2023@v[0-9]{8}$/.test(value) && endsInDay(value);

const AMI_ID = /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/;
const ID = "an AMI id such as ami-0123456789abcdef0";
export const amiId = () => text(ID, AMI_ID);

/** Families of AMIs that people ask for, and why their nodes could not be a fleet's. */
const NOT_OURS: readonly (readonly [RegExp, string])[] = [
  [/^bottlerocket/i, "Bottlerocket mounts the disks elsewhere and shields them by SELinux, which no engine here was ever tried with"],
  [/^windows/i, "engines and runners are Linux only"],
  [/^al2(@|$)/i, "EKS has no Amazon Linux 2 since Kubernetes 1.33"],
  [/^al2023@latest$/i, "with latest every node would be replaced on the day of each release"],
];
const whyNot = (value: unknown): string => {
  const why = NOT_OURS.find(([family]) => typeof value === "string" && family.test(value))?.[1];
  return why === undefined ? "" : `: ${why}`;
};

/** An AMI of one's own by its tags, or by a parameter that holds its id; else an alias or an id. */
export type Ami = string | { readonly tags: Readonly<Record<string, string>> } | { readonly ssmParameter: string };

/** Tags by which AMIs are found: `*` for any value (Karpenter's `amiSelectorTerms`). */
const findingTags = () =>
  z.record(z.string().min(1).max(128), z.string({ error: quoted("text, or * for any value") }).min(1).max(256)).refine((all) => Object.keys(all).length > 0 && Object.keys(all).length <= 20, {
    error: "1 to 20 tags",
  });

export const ssmParameter = () =>
  text(
    "the name of an SSM parameter that holds an AMI id, such as /golden/al2023, or its ARN",
    /^(?:[A-Za-z0-9_./-]{1,1011}|arn:aws(?:-[a-z]+)*:ssm:[a-z]{2,4}(?:-[a-z]+)+-[0-9]:[0-9]{12}:parameter\/[A-Za-z0-9_./-]{1,1011})$/,
  );

const CHOICE = `${ALIAS}, ${ID}, {tags: {…}} or {ssmParameter: …}`;

/** An AMI in any of the four ways that Karpenter finds one. */
export const ami = () =>
  z.union(
    [
      z.string().refine((value) => isAlias(value) || AMI_ID.test(value), { error: choice }),
      z.strictObject({ tags: findingTags() }),
      z.strictObject({ ssmParameter: ssmParameter() }),
    ],
    { error: choice },
  );
const choice = ({ input }: { readonly input?: unknown }) => `${CHOICE}${whyNot(input)}`;

export const isAmiId = (value: Ami): value is string => typeof value === "string" && AMI_ID.test(value);
/** Whether an AMI is EKS's own, by its alias. */
export const isAmiAlias = (value: Ami): value is string => typeof value === "string" && !AMI_ID.test(value);

/** An AMI in a few characters, for outputs and people. */
export const amiText = (value: Ami): string => {
  if (typeof value === "string") return value;
  if ("ssmParameter" in value) return value.ssmParameter;
  return Object.entries(value.tags).sort().map(([key, tag]) => `${key}=${tag}`).join(",");
};
