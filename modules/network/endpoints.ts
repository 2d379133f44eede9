import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { DataAwsVpcEndpointService } from "@cdktf/provider-aws/lib/data-aws-vpc-endpoint-service";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { NewNetworkConfig } from "../config/network";
import { interfaceEndpoints } from "../contract/endpoints";
import { partitionOf } from "../facts/regions";
import type { Vpc } from "./vpc";

export interface EndpointsProps {
  readonly name: string;
  readonly region: string;
  readonly vpc: Vpc;
  readonly network: NewNetworkConfig;
}

/**
 * Private ways from the VPC to AWS services: always S3 by a gateway (free), others by an interface when asked.
 *
 * @example
 * new Endpoints(stack, "endpoints", { name: "dagger-ci", region: "eu-west-1", vpc, network: config.network });
 */
export class Endpoints extends Construct {
  constructor(scope: Construct, id: string, { name, region, vpc, network }: EndpointsProps) {
    super(scope, id);
    new VpcEndpoint(this, "s3", {
      vpcId: vpc.vpcId,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: vpc.routeTableIds,
      tags: { Name: `${name}-s3` },
    });

    const services = interfaceEndpoints(region, network);
    if (services.length === 0) return;
    const securityGroup = new SecurityGroup(this, "security-group", {
      name: `${name}-endpoints`,
      description: "HTTPS from the VPC to interface endpoints",
      vpcId: vpc.vpcId,
      tags: { Name: `${name}-endpoints` },
    });
    new VpcSecurityGroupIngressRule(this, "https-from-vpc", {
      securityGroupId: securityGroup.id,
      description: "HTTPS from the VPC",
      cidrIpv4: vpc.cidr,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
    for (const service of services) {
      new VpcEndpoint(this, service, {
        vpcId: vpc.vpcId,
        serviceName: this.serviceName(region, service),
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: vpc.privateSubnetIds,
        securityGroupIds: [securityGroup.id],
        tags: { Name: `${name}-${service}` },
      });
    }
  }

  /**
   * Name of a service's interface endpoint. In China some are `cn.com.amazonaws.…` (EC2, ECR, STS) and some are as elsewhere, so
   * Terraform asks.
   */
  private serviceName(region: string, service: string): string {
    if (partitionOf(region) !== "aws-cn") return `com.amazonaws.${region}.${service}`;
    return new DataAwsVpcEndpointService(this, `${service}-service`, {
      filter: [{ name: "service-name", values: [`com.amazonaws.${region}.${service}`, `cn.com.amazonaws.${region}.${service}`] }],
    }).serviceName;
  }
}
