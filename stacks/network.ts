import type { Construct } from "constructs";
import type { Config } from "../modules/config/schema";
import { Endpoints } from "../modules/network/endpoints";
import { FlowLogs } from "../modules/network/flow-logs";
import { looksRangesUp } from "../modules/contract/proxy";
import { Vpc, vpcRanges } from "../modules/network/vpc";
import { handOn } from "../modules/cdktf/stack-outputs";
import { frozen, OWN_VPC } from "../modules/contract/frozen";
import { ProjectStack } from "../modules/cdktf/project-stack";
import { literal, remember } from "../modules/cdktf/standing";

/** The VPC, or the ids of one that exists. */
export class NetworkStack extends ProjectStack {
  constructor(scope: Construct, config: Config) {
    super(scope, "network", config);
    const { name, region, network } = config;
    this.rememberVpc(network.mode === "existing" ? network.vpcId : OWN_VPC);
    if (network.mode === "existing") {
      handOn<"network">(this, {
        vpc_id: network.vpcId,
        private_subnet_ids: network.privateSubnetIds,
        intra_subnet_ids: network.intraSubnetIds ?? network.privateSubnetIds,
        public_subnet_ids: network.publicSubnetIds,
        vpc_cidrs: looksRangesUp(config) ? vpcRanges(this, network.vpcId) : [],
      });
      return;
    }
    const vpc = new Vpc(this, "vpc", { name, region, network });
    new Endpoints(this, "endpoints", { name, region, vpc, network });
    if (network.flowLogs !== "none") {
      new FlowLogs(this, "flow-logs", {
        name,
        account: this.account,
        vpcId: vpc.vpcId,
        traffic: network.flowLogs,
        retentionDays: network.flowLogRetentionDays,
        roleArn: network.flowLogRoleArn,
      });
    }
    handOn<"network">(this, {
      vpc_id: vpc.vpcId,
      private_subnet_ids: vpc.privateSubnetIds,
      intra_subnet_ids: vpc.intraSubnetIds,
      public_subnet_ids: vpc.publicSubnetIds,
      vpc_cidrs: [network.cidr],
    });
  }

  /** A cluster never leaves its VPC, and a VPC that the configuration no longer has would be destroyed. */
  private rememberVpc(vpc: string): void {
    remember(
      this,
      "standing",
      { vpc },
      {
        holds: `self.input.vpc == ${literal(vpc)}`,
        sentence: frozen.vpc(vpc, "${self.input.vpc}"),
      },
    );
  }
}
