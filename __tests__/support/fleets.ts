import type { FleetConfig } from "../../modules/config/fleet";
import { parseConfig } from "../../modules/load-config";
import { minimal } from "./project";

/** Two KMS keys for disks. */
export const EC2_KEYS = ["0f1e", "2f1e"].map((start) => `arn:aws:kms:eu-west-1:111122223333:key/${start}2d3c-4b5a-6978-8796-a5b4c3d2e1f0`) as [string, string];

/** A fleet `main` whose nodes have these settings, as YAML within braces. */
export const fleetOf = (nodes: string, more = ""): FleetConfig =>
  parseConfig(minimal(`${more}\nfleets: [{name: main, nodes: {${nodes}}, runners: [{cpu: 2, memory: 8Gi, max: 4}]}]`)).fleets[0]!;
