import { z } from "zod";
import { isHost } from "./hosts";
import { quoted, text } from "./text";

/** Id of an EC2 resource: 17 hexadecimal digits, or the 8 of those made before 2016. */
export const ec2Id = (prefix: string, article: string, what: string) =>
  text(`${article} ${what} id such as ${prefix}-0123456789abcdef0`, new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`));

/** An AWS region by its form; whether there is one of that name, a rule says. */
export const regionName = () => text("an AWS region such as eu-west-1", /^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$/);

/** An availability zone by its form. */
export const availabilityZone = () => text("an availability zone such as eu-west-1a", /^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}[a-z]$/);

export const accountId = () => text("a 12-digit AWS account id, in quotes", /^[0-9]{12}$/);

/** Days for which CloudWatch keeps logs (`RetentionInDays` of PutRetentionPolicy); it takes no others. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
export const retentionDays = () => z.literal(RETENTION_DAYS, { error: `a number of days that CloudWatch knows: ${RETENTION_DAYS.join(", ")}` });

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
/** Tags that Karpenter sets itself, so that its EC2NodeClass refuses them (its CRD's rules of `spec.tags`). */
const KARPENTERS = /^(kubernetes\.io\/cluster\/.*|karpenter\.sh\/(nodepool|nodeclaim)|karpenter\.k8s\.aws\/ec2nodeclass|eks:eks-cluster-name)$/;

/** Why a tag's key cannot be used, or undefined. */
function badTagKey(key: string): string | undefined {
  if (/^aws:/i.test(key)) return "a key that does not begin with aws:, which AWS keeps for itself";
  if (KARPENTERS.test(key)) return "another key: Karpenter sets this one itself, and refuses it from others";
  // IAM compares the keys of tags without regard to case.
  if (/^dagger-ci\//i.test(key) || key === "Name") return "another key: the stacks set this one on what they make";
  if (key.length < 1 || key.length > 128 || !TAG_TEXT.test(key)) return "a key of 1 to 128 letters, digits, spaces and _ . : / = + - @";
  return undefined;
}

/** AWS's most tags of a resource, less those that Karpenter sets on an instance, of which Name is one; the stacks set three. */
const MOST_TAGS = 50 - 6;
const TAG_VALUE = "text of at most 256 letters, digits, spaces and _ . : / = + - @";
const tagValue = () => z.string({ error: quoted(TAG_VALUE) }).max(256, { error: TAG_VALUE }).regex(TAG_TEXT, { error: TAG_VALUE });

const tagKey = () =>
  z.string().superRefine((key, context) => {
    const bad = badTagKey(key);
    if (bad !== undefined) context.addIssue(bad);
  });

/** Tags within AWS's rules. IAM takes two keys for one that differ only in case. */
export const tags = () =>
  z.record(tagKey(), tagValue()).superRefine((all, context) => {
    const keys = Object.keys(all);
    const wrong = (path: string[], input: unknown, message: string) => context.addIssue({ code: "custom", path, input, message });
    for (const key of keys) {
      const first = keys.find((other) => other.toLowerCase() === key.toLowerCase());
      if (first !== key) wrong([key], key, `a key that differs from ${first!} in more than case`);
    }
    if (keys.length > MOST_TAGS) wrong([], `${keys.length} tags`, `at most ${MOST_TAGS}: AWS takes 50 of a resource, and Karpenter sets 6 on each instance`);
  });

const RESERVED_PREFIX = /^(xn--|sthree-|amzn-s3-demo-)/;
const RESERVED_SUFFIX = /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;
const BUCKET = "an S3 bucket name: 3 to 63 lower-case letters, digits, hyphens and dots, no two dots in a row, no address";

/** A general-purpose S3 bucket (the user guide's naming rules). */
export const bucketName = () =>
  z.string({ error: BUCKET }).refine(
    (value) =>
      value.length >= 3 && value.length <= 63 && value === value.toLowerCase() && !value.includes(":") &&
      isHost(value) && !/^[0-9.]+$/.test(value) && !RESERVED_PREFIX.test(value) && !RESERVED_SUFFIX.test(value),
    { error: BUCKET },
  );
