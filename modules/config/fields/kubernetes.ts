import { text } from "./text";

const NAME = "[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";
const SUBDOMAIN = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*";

/** Key of a label or of a taint: a name of at most 63 characters, after a DNS name and a slash if there is one. */
export const labelKey = () =>
  text(
    "a Kubernetes label key such as node-role or acme.example/role: letters, digits, - _ and ., at most 63 after the slash",
    new RegExp(`^(?:(?=[^/]{1,253}/)${SUBDOMAIN}/)?${NAME}$`),
  );

export const labelValue = () =>
  text("a Kubernetes label value: at most 63 letters, digits, - _ and ., or nothing", new RegExp(`^(?:${NAME})?$`));

/** Name of an object, as most kinds have it: a DNS name of lower-case letters. */
export const objectName = (what: string) =>
  text(`the name of a ${what}: lower-case letters, digits, - and ., at most 253`, new RegExp(`^(?=.{1,253}$)${SUBDOMAIN}$`));

/** An environment variable that shells know, too. */
export const variableName = () => text("the name of an environment variable, such as NPM_TOKEN", /^[A-Za-z_][A-Za-z0-9_]*$/);

/** Where a container sees a volume. Kubernetes takes no colon there. */
export const mountPath = () =>
  text("an absolute path without .. and colons, such as /home/runner/.cache", /^(?!.*\/\.\.?(?:\/|$))\/(?:[^/:\s]+\/?)+$/);

const QUANTITY = /^([0-9]+(?:\.[0-9]+)?)(m|k|[MGTP]|[KMGTP]i)?$/;
const UNITS: Readonly<Record<string, number>> = {
  m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15,
  Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4, Pi: 1024 ** 5,
};

/** What a Kubernetes quantity such as `250m`, `0.5` or `128Mi` comes to. @returns undefined for a text that is none. */
export function quantity(value: string | number): number | undefined {
  const [, amount, unit] = QUANTITY.exec(String(value)) ?? [];
  return amount === undefined ? undefined : Number(amount) * (unit === undefined ? 1 : UNITS[unit]!);
}
