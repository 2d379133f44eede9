import { DataAwsSubnets } from "@cdktf/provider-aws/lib/data-aws-subnets";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc as AwsVpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn, Op, TerraformLocal, Token } from "cdktf";
import { Construct } from "constructs";
import { asConditions, literal, type Standing } from "../cdktf/standing";
import type { NewNetworkConfig } from "../config/network";
import { frozen } from "../contract/frozen";
import { addressPlan } from "../placement/address-plan";
import { Zones } from "./zones";

export interface VpcProps {
  readonly name: string;
  readonly region: string;
  readonly network: NewNetworkConfig;
}

/**
 * A VPC with a public, a private and an intra subnet in each zone, and the ways out that `nat` asks for.
 *
 * What stands stays: a subnet keeps its zone whatever becomes of the list or of AWS's own, and a zone that is asked for
 * later goes to the next subnet. A range or a zone that the configuration takes away fails the plan.
 *
 * @example
 * const vpc = new Vpc(stack, "vpc", { name: "dagger-ci", region: "eu-west-1", network: config.network });
 * vpc.privateSubnetIds; // where nodes go
 */
export class Vpc extends Construct {
  readonly vpcId: string;
  readonly cidr: string;
  readonly privateSubnetIds: string[];
  readonly publicSubnetIds: string[];
  readonly intraSubnetIds: string[];
  /** Every route table but the default one; gateway endpoints attach here. */
  readonly routeTableIds: string[];

  constructor(scope: Construct, id: string, { name, region, network }: VpcProps) {
    super(scope, id);
    const vpc = new AwsVpc(this, "vpc", {
      cidrBlock: network.cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: name },
      lifecycle: {
        ignoreChanges: ["cidr_block"],
        postcondition: asConditions({
          holds: `self.cidr_block == ${literal(network.cidr)}`,
          sentence: frozen.cidr(network.cidr, "${self.cidr_block}"),
        }),
      },
    });
    // Without rules: nothing may lean on the default group by mistake.
    new DefaultSecurityGroup(this, "default-security-group", { vpcId: vpc.id, tags: { Name: `${name}-unused` } });

    this.vpcId = vpc.id;
    this.cidr = network.cidr;
    const zones = new Zones(this, "zones", region, network);
    const plan = addressPlan(network.cidr, zones.count);
    const allStay = this.allStay(vpc.id, name, zones.count, Object.keys(plan).length);

    const subnet = (role: keyof typeof plan, i: number, zone: string, tags: Record<string, string>, conditions: readonly Standing[] = []) =>
      new Subnet(this, `${role}-subnet-${i}`, {
        vpcId: vpc.id,
        cidrBlock: plan[role][i]!,
        availabilityZone: zone,
        tags: { Name: `${name}-${role}-${i}`, ...tags },
        lifecycle: { ignoreChanges: ["availability_zone"], ...(conditions.length > 0 ? { postcondition: asConditions(...conditions) } : {}) },
      });
    const privateSubnets: Subnet[] = [];
    for (let i = 0; i < zones.count; i++) {
      const zone = zones.next(privateSubnets.map((before) => before.availabilityZone));
      privateSubnets.push(subnet("private", i, zone, { "kubernetes.io/role/internal-elb": "1" }, [...zones.conditions, ...(i === 0 ? [allStay] : [])]));
    }
    const beside = (role: keyof typeof plan, tags: Record<string, string>) =>
      privateSubnets.map((neighbour, i) => subnet(role, i, neighbour.availabilityZone, tags));
    const publicSubnets = beside("public", { "kubernetes.io/role/elb": "1" });
    const intraSubnets = beside("intra", {});
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

  /**
   * That no subnet would be destroyed. Only AWS knows those which the configuration no longer has: Terraform's conditions
   * see no old state. A lookup that refers to the VPC, or has conditions of its own, would be put off until the apply
   * whenever the VPC changes, if only by a tag: hence the local value, and the condition of a subnet.
   */
  private allStay(vpcId: string, name: string, zones: number, roles: number): Standing {
    const vpc = new TerraformLocal(this, "vpc-id", vpcId);
    const { ids } = new DataAwsSubnets(this, "standing-subnets", {
      filter: [
        { name: "vpc-id", values: [vpc.asString] },
        { name: "tag:dagger-ci/installation", values: [name] },
        { name: "tag:dagger-ci/stack", values: ["network"] },
      ],
    });
    const standing = Token.asString(Fn.lengthOf(ids));
    return { holds: `${standing} <= ${zones * roles}`, sentence: frozen.zones(zones, Token.asString(Fn.ceil(Op.div(standing, roles)))) };
  }
}

/** The IPv4 ranges of a VPC that exists, as Terraform looks them up. */
export function vpcRanges(scope: Construct, vpcId: string): string[] {
  const vpc = new DataAwsVpc(scope, "vpc", { id: vpcId });
  // cdktf has no splat over a list whose length only Terraform knows.
  return `\${data.aws_vpc.${vpc.friendlyUniqueId}.cidr_block_associations[*].cidr_block}` as unknown as string[];
}
