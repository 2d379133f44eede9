import { z } from "zod";

/** A string that must match a pattern; `allowed` is the sentence a person reads when it does not. */
export const text = (allowed: string, pattern: RegExp) =>
  z.string({ error: quoted(allowed) }).regex(pattern, { error: allowed });

/** What is allowed, and for what YAML took for a number or a truth value, that quotes make it a text. */
export const quoted = (allowed: string) => (issue: { readonly input?: unknown }) =>
  ["number", "boolean"].includes(typeof issue.input) && !allowed.includes("in quotes") ? `${allowed}, in quotes` : allowed;

/** A list in which nothing stands twice. */
export const unique = <Item extends z.ZodType>(list: z.ZodArray<Item>) =>
  list.superRefine((items, context) => {
    items.forEach((item, i) => {
      if (items.indexOf(item) < i) context.addIssue({ code: "custom", path: [i], input: item, message: "each one once: this stands above already" });
    });
  });

/** A DNS label as Kubernetes wants it for names of namespaces, node pools and Helm releases (RFC 1123). */
export const dnsLabel = (maxLength: number) =>
  text(
    `lower-case letters, digits and inner hyphens, at most ${maxLength} characters`,
    new RegExp(`^(?=.{1,${maxLength}}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$`),
  );

/** A version of Dagger: a release, or a pre-release such as `1.0.0-beta.11`. */
export const daggerVersion = () =>
  text("a version such as 0.21.8 or 1.0.0-beta.11, without a leading v", /^[0-9]+\.[0-9]+\.[0-9]+(?:-(?:alpha|beta|rc)\.[0-9]+)?$/);

export const semver = () => text("a version such as 0.21.8, without a leading v", /^[0-9]+\.[0-9]+\.[0-9]+$/);
