import { INSTALLATION, MOVED_TO, type Installation } from "../../modules/contract/installation";

/** The parts of a Terraform state, version 4, that moving it reads. */
export interface StateFile {
  readonly version: number;
  readonly serial: number;
  readonly lineage: string;
  readonly outputs?: Readonly<Record<string, { readonly value: unknown; readonly type: unknown }>>;
  readonly resources?: readonly Resource[];
}
interface Resource {
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly instances?: readonly { readonly attributes?: Readonly<Record<string, unknown>> }[];
}

/** What `terraform state pull` wrote; nothing if there is no state. */
export const parseState = (text: string): StateFile | undefined => (text.trim() === "" ? undefined : (JSON.parse(text) as StateFile));

/** Where the state went, if it was moved away. */
export const movedTo = (state: StateFile): string | undefined => state.outputs?.[MOVED_TO]?.value as string | undefined;

export const isEmpty = ({ outputs = {}, resources = [] }: StateFile): boolean => Object.keys(outputs).length === 0 && resources.length === 0;

/** The installation that a state is of: as it says itself or, before it did, as the tags of its resources say. */
export function installationIn({ outputs = {}, resources = [] }: StateFile): Partial<Installation> {
  const said = outputs[INSTALLATION]?.value as Installation | undefined;
  if (said !== undefined) return said;
  for (const attributes of resources.flatMap(({ instances = [] }) => instances.map(({ attributes }) => attributes))) {
    const name = (attributes?.tags_all as Record<string, string> | null | undefined)?.["dagger-ci/installation"];
    if (name !== undefined) return { name };
  }
  return {};
}

/**
 * What is left in the old place: no resource, so that nothing is changed from there, and where they went. What the state
 * remembers of its installation says so too; by that plain Terraform refuses.
 */
export function tombstone(state: StateFile, to: string): StateFile {
  const identity = (state.resources ?? []).filter(({ type, name }) => type === "terraform_data" && name === "identity");
  const resources = identity.map((resource) => ({
    ...resource,
    instances: resource.instances?.map((instance) => {
      const input = instance.attributes?.input as { value: object } | undefined;
      const gone = { ...input, value: { ...input?.value, name: `that was moved to ${to}` } };
      return { ...instance, attributes: { ...instance.attributes, input: gone, output: gone } };
    }),
  }));
  return { ...state, serial: state.serial + 1, outputs: { [MOVED_TO]: { value: to, type: "string" } }, resources: resources as readonly Resource[] };
}
