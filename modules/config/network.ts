import { z } from "zod";
import { existingRole } from "./fields/arn";
import { cidr } from "./fields/ranges";
import { unique } from "./fields/text";
import { availabilityZone, ec2Id, retentionDays } from "./fields/aws";

/** Prefixes a new VPC may have: AWS allows no larger than /16; below /22 the /28s of public and intra subnets no longer fit. */
export const VPC_PREFIX = { largest: 16, smallest: 22 };
/** Most availability zones: seven of the VPC's eight blocks are private subnets, so six zones leave one spare. */
export const MAX_ZONES = 6;

const subnetId = ec2Id("subnet", "a", "subnet");
const subnetIds = unique(z.array(subnetId)).min(2);

/** AWS services reachable by interface endpoint, as the last part of `com.amazonaws.<region>.<service>`. */
export const INTERFACE_ENDPOINTS = [
  "arc-zonal-shift",
  "autoscaling",
  "ec2",
  "ec2messages",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "elasticloadbalancing",
  "kms",
  "logs",
  "secretsmanager",
  "sqs",
  "ssm",
  "ssmmessages",
  "sts",
] as const;

const newNetwork = z
  .strictObject({
    mode: z.literal("new").optional().default("new").meta({ description: "Make a VPC." }),
    cidr: cidr(VPC_PREFIX.largest, VPC_PREFIX.smallest).default("10.0.0.0/16").meta({
      description:
        "IPv4 range of the VPC, /16 to /22 and private. It is cut into a private subnet of one eighth per zone (/19 of a /16), a public and an intra subnet of 1/256 per zone, or a /28. It can never be changed.",
    }),
    availabilityZones: z
      .union([z.int().min(2).max(MAX_ZONES), z.array(availabilityZone()).min(2).max(MAX_ZONES)], {
        error: `a number from 2 to ${MAX_ZONES}, or a list of 2 to ${MAX_ZONES} zones such as [eu-west-1a, eu-west-1b]`,
      })
      .default(3)
      .meta({
        description:
          "Zones by name, or how many to take of those that the account has (in alphabetical order, without the zones where EKS allows no control plane). Zones may be added later, in any order; none can be taken away.",
      }),
    nat: z.enum(["single", "per-az", "none"]).default("single").meta({
      description:
        "NAT gateways: `single` costs least, `per-az` survives the loss of a zone and saves traffic between zones, `none` leaves private subnets without a way out.",
    }),
    interfaceEndpoints: unique(z.array(z.enum(INTERFACE_ENDPOINTS))).optional().meta({
      description:
        "AWS services to reach inside the VPC. Default: all of them when `nat` is `none`, otherwise none. S3 always has its gateway endpoint.",
    }),
    flowLogs: z
      .enum(["all", "rejected", "none"])
      .default("rejected")
      .meta({ description: "VPC flow logs to CloudWatch: all traffic, only what was rejected, or none." }),
    flowLogRoleArn: existingRole("flow logs"),
    flowLogRetentionDays: retentionDays().default(30).meta({ description: "Days to keep flow logs; CloudWatch knows 1, 3, 5, 7, 14, 30, 60, 90, 120 and more." }),
  })
  .meta({ title: "A new VPC" });

const existingNetwork = z
  .strictObject({
    mode: z.literal("existing").meta({ description: "Use a VPC that exists; this stack then makes nothing." }),
    vpcId: ec2Id("vpc", "a", "VPC").meta({ description: "Its id." }),
    privateSubnetIds: subnetIds.meta({ description: "Subnets for support and runner nodes; they need a way out." }),
    intraSubnetIds: subnetIds.optional().meta({
      description: "Subnets for the control plane's network interfaces. Default: the private ones. The control plane stays in those that it was made with.",
    }),
    publicSubnetIds: unique(z.array(subnetId))
      .default([])
      .meta({ description: "Subnets for public load balancers; only handed on." }),
  })
  .meta({ title: "An existing VPC" });

export const networkSchema = z.discriminatedUnion("mode", [newNetwork, existingNetwork]);
export type NetworkConfig = z.infer<typeof networkSchema>;
export type NewNetworkConfig = z.infer<typeof newNetwork>;
