import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { INTERFACE_ENDPOINTS, type NewNetworkConfig } from "../config/network";
import type { Vpc } from "./vpc";

export interface EndpointsProps {
  readonly name: string;
  readonly region: string;
  readonly vpc: Vpc;
  readonly network: NewNetworkConfig;
}

/** Private ways from the VPC to AWS services: always S3 by a gateway (free), others by an interface when asked. */
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

    const services = interfaceEndpoints(network);
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
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: vpc.privateSubnetIds,
        securityGroupIds: [securityGroup.id],
        tags: { Name: `${name}-${service}` },
      });
    }
  }
}

/** The services to reach by interface endpoint: as asked, or all of them where there is no other way out. */
export const interfaceEndpoints = ({ interfaceEndpoints: asked, nat }: NewNetworkConfig): readonly string[] =>
  asked ?? (nat === "none" ? INTERFACE_ENDPOINTS : []);
