import { frozen, OWN_KEY } from "../modules/contract/frozen";

/** Outputs of a stack by name: as its state has them, or as the synthesised stack says. */
export type Outputs = Readonly<Record<string, unknown>>;

/**
 * What the cluster stack says otherwise than a cluster that stands, though EKS never changes it. Terraform refuses the
 * same, but only when it plans that stack: with this it can be said before the network is applied.
 * @returns a sentence for each; none for a state that does not say.
 */
export function frozenInCluster(wanted: Outputs, standing: Outputs): string[] {
  const pair = (output: string) => [wanted[output], standing[output]] as const;
  const [range, standingRange] = pair("service_cidr");
  // Empty: a cluster that exists, which has settings of its own.
  if (!isSet(range) || !isSet(standingRange)) return [];
  const [key, standingKey] = pair("kms_key_arn");
  return [
    ...(range === standingRange ? [] : [frozen.serviceCidr(range, standingRange)]),
    ...(key === standingKey || typeof key !== "string" || typeof standingKey !== "string"
      ? []
      : [frozen.key(key || OWN_KEY, standingKey || OWN_KEY)]),
  ];
}

const isSet = (value: unknown): value is string => typeof value === "string" && value !== "";
