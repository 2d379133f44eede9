import { KubernetesObjectApi, type KubeConfig } from "@kubernetes/client-node";
import type { Config } from "../../modules/config/schema";
import { ADDONS, ARC_NAMESPACE, installedAddons } from "../../modules/contract/addons";
import { listKind } from "../kubernetes/objects";
import { KINDS, type KindName, type Place, type Seen } from "./kinds";

/** Where ARC's controller for scale sets is, with all listeners. */
export const listenerNamespace = ({ addons }: Pick<Config, "addons">): string => (addons.arc.mode === "existing" ? addons.arc.namespace : ARC_NAMESPACE);

/**
 * Reads kinds of objects with what belongs to the fleets of a configuration.
 * @throws UserError that says what could not be read, and why.
 */
export async function readSeen<Name extends KindName>(kubeConfig: KubeConfig, config: Config, names: readonly Name[]): Promise<Seen<Name>> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig);
  const namespaces: Record<Place, readonly (string | undefined)[]> = {
    fleets: config.fleets.map(({ namespace }) => namespace),
    listeners: [listenerNamespace(config)],
    addons: installedAddons(config).map((name) => ADDONS[name].namespace),
    default: ["default"],
    cluster: [undefined],
  };
  const read = async (name: Name) => {
    const { apiVersion, kind, places } = KINDS[name];
    const where = new Set(places.flatMap((place) => namespaces[place]));
    const lists = await Promise.all([...where].map((namespace) => listKind(api, apiVersion, kind, namespace)));
    return [name, lists.flatMap((list) => list ?? [])] as const;
  };
  return Object.fromEntries(await Promise.all(names.map(read))) as unknown as Seen<Name>;
}
