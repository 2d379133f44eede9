import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc as AwsVpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { NewNetworkConfig } from "../config/network";
import { addressPlan } from "./address-plan";

/** Zones where EKS accepts no subnet for its control plane (EKS user guide, network requirements). */
const ZONES_WITHOUT_EKS = ["use1-az3", "usw1-az2", "cac1-az3"];

export interface VpcProps {
  readonly name: string;
  readonly network: NewNetworkConfig;
}

/** A VPC with a public, a private and an intra subnet in each zone, and the ways out that `nat` asks for. */
export class Vpc extends Construct {
  readonly vpcId: string;
  readonly cidr: string;
  readonly availabilityZones: string[];
  readonly privateSubnetIds: string[];
  readonly publicSubnetIds: string[];
  readonly intraSubnetIds: string[];
  /** Every route table but the default one; gateway endpoints attach here. */
  readonly routeTableIds: string[];

  constructor(scope: Construct, id: string, { name, network }: VpcProps) {
    super(scope, id);
    const vpc = new AwsVpc(this, "vpc", {
      cidrBlock: network.cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: name },
    });
    // Without rules: nothing may lean on the default group by mistake.
    new DefaultSecurityGroup(this, "default-security-group", { vpcId: vpc.id, tags: { Name: `${name}-unused` } });

    this.vpcId = vpc.id;
    this.cidr = network.cidr;
    this.availabilityZones = this.zones(network);
    const plan = addressPlan(network.cidr, this.availabilityZones.length);

    const subnets = (role: keyof typeof plan, tags: Record<string, string>) =>
      plan[role].map(
        (cidrBlock, i) =>
          new Subnet(this, `${role}-subnet-${i}`, {
            vpcId: vpc.id,
            cidrBlock,
            availabilityZone: this.availabilityZones[i]!,
            tags: { Name: `${name}-${role}-${i}`, ...tags },
            // A zone that AWS adds later may move the alphabetical order; subnets stay where they are.
            lifecycle: { ignoreChanges: typeof network.availabilityZones === "number" ? ["availability_zone"] : [] },
          }),
      );
    const publicSubnets = subnets("public", { "kubernetes.io/role/elb": "1" });
    const privateSubnets = subnets("private", { "kubernetes.io/role/internal-elb": "1" });
    const intraSubnets = subnets("intra", {});
    const ids = (list: Subnet[]) => list.map((subnet) => subnet.id);
    this.publicSubnetIds = ids(publicSubnets);
    this.privateSubnetIds = ids(privateSubnets);
    this.intraSubnetIds = ids(intraSubnets);

    const tableFor = (role: string, members: Subnet[]) => {
      const table = new RouteTable(this, `${role}-routes`, { vpcId: vpc.id, tags: { Name: `${name}-${role}` } });
      members.forEach((subnet, i) => {
        const suffix = members.length === 1 ? "" : `-${i}`;
        new RouteTableAssociation(this, `${role}-association${suffix}`, {
          subnetId: subnet.id,
          routeTableId: table.id,
        });
      });
      return table;
    };

    const publicTable = tableFor("public", publicSubnets);
    const gateway = new InternetGateway(this, "internet-gateway", { vpcId: vpc.id, tags: { Name: name } });
    new Route(this, "public-default-route", {
      routeTableId: publicTable.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.id,
    });
    const intraTable = tableFor("intra", intraSubnets);

    const natZones = { none: 0, single: 1, "per-az": publicSubnets.length }[network.nat];
    const nats = publicSubnets.slice(0, natZones).map((subnet, i) => {
      const address = new Eip(this, `nat-address-${i}`, { domain: "vpc", tags: { Name: `${name}-nat-${i}` } });
      return new NatGateway(this, `nat-${i}`, {
        allocationId: address.allocationId,
        subnetId: subnet.id,
        tags: { Name: `${name}-${i}` },
        dependsOn: [gateway],
      });
    });
    const privateTables = privateSubnets.map((subnet, i) => {
      const table = tableFor(`private-${i}`, [subnet]);
      const nat = nats[i] ?? nats[0];
      if (nat) {
        new Route(this, `private-${i}-default-route`, {
          routeTableId: table.id,
          destinationCidrBlock: "0.0.0.0/0",
          natGatewayId: nat.id,
        });
      }
      return table;
    });
    this.routeTableIds = [publicTable, intraTable, ...privateTables].map((table) => table.id);
  }

  private zones({ availabilityZones }: NewNetworkConfig): string[] {
    if (typeof availabilityZones !== "number") return [...availabilityZones];
    const found = new DataAwsAvailabilityZones(this, "zones", {
      state: "available",
      excludeZoneIds: ZONES_WITHOUT_EKS,
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
    return Array.from({ length: availabilityZones }, (_, i) => Fn.element(found.names, i) as string);
  }
}
