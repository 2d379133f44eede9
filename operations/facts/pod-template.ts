import * as models from "@kubernetes/client-node";

/** A type of Kubernetes' API in the client: its attributes, each with the type of its value. */
interface Model {
  getAttributeTypeMap(): readonly { readonly baseName: string; readonly type: string }[];
}

const isModel = (value: unknown): value is Model => typeof value === "function" && "getAttributeTypeMap" in value;
const ROOT = "V1PodTemplateSpec";

/** Attributes of every type below a pod template, as the installed client has them. Times and texts are `string`. */
export function podTemplateTypes(): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  const visit = (name: string): void => {
    const model = (models as Record<string, unknown>)[name];
    if (name in found || !isModel(model)) return;
    found[name] = {};
    for (const { baseName, type } of model.getAttributeTypeMap()) {
      found[name][baseName] = type;
      visit(elementOf(type));
    }
  };
  visit(ROOT);
  return found;
}

/** `Array<V1Container>` and `{ [key: string]: string; }` hold what they name. */
const elementOf = (type: string): string => /^Array<(.+)>$/.exec(type)?.[1] ?? /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1] ?? type;
