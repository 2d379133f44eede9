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
