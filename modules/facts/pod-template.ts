import table from "./pod-template.json";

/** The content of `pod-template.json`: what Kubernetes knows below a pod template. */
export interface PodTemplateTable {
  readonly source: string;
  readonly date: string;
  /** Types by name, each with the type of every attribute, as Kubernetes' own client writes it. */
  readonly types: readonly { readonly name: string; readonly attributes: Readonly<Record<string, string | undefined>> }[];
}

/** `npm run pod-template` renews it. */
export const podTemplateTable: PodTemplateTable = table;

const types = new Map(podTemplateTable.types.map(({ name, attributes }) => [name, attributes]));

export const POD_TEMPLATE = "V1PodTemplateSpec";

/** The attributes of a type, or undefined for one that is no object of attributes. */
export const attributesOf = (type: string): Readonly<Record<string, string | undefined>> | undefined => types.get(type);

/** The type of the items of a list or of the values of a map; undefined for a type that is neither. */
export const itemsOf = (type: string): string | undefined => /^Array<(.+)>$/.exec(type)?.[1];
export const valuesOf = (type: string): string | undefined => /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
