import type { Config } from "../config/schema";
import { partitionOf } from "../facts/regions";

/**
 * IAM names of delivery. None begins with the installation's name, by which the deploy role tells what it may change:
 * a rule refuses the names `github` and `github-…`, which would.
 */
export const planRole = (name: string): string => `github-${name}-plan`;
export const deployRole = (name: string): string => `github-${name}-deploy`;
export const boundaryPolicy = (name: string): string => `github-${name}-boundary`;

type Delivered = Pick<Config, "name" | "region" | "delivery" | "cluster">;

/** The policy that bounds every role that the stacks make: the configured one, or with `delivery` the one of `bootstrap`. */
export function permissionsBoundary({ name, region, delivery, cluster }: Delivered, account: string): string | undefined {
  if (cluster.permissionsBoundary !== undefined) return cluster.permissionsBoundary;
  return delivery && `arn:${partitionOf(region)}:iam::${account}:policy${cluster.iamPath}${boundaryPolicy(name)}`;
}

/** ARN of the role that deploys, where workflows do. */
export const deployRoleArn = ({ name, region, delivery, cluster }: Delivered, account: string): string | undefined =>
  delivery && `arn:${partitionOf(region)}:iam::${account}:role${cluster.iamPath}${deployRole(name)}`;
