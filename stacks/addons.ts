import type { Construct } from "constructs";
import { ARC_NAMESPACE, ARC_SERVICE_ACCOUNT, arcController } from "../modules/arc/controller";
import { Summerwind } from "../modules/arc/summerwind";
import { certManager, installsCertManager } from "../modules/cert-manager";
import { addClusterAccess } from "../modules/cdktf/cluster-access";
import type { Config } from "../modules/config/schema";
import { karpenter } from "../modules/karpenter/controller";
import { handOn, outputsOf } from "../modules/cdktf/stack-outputs";
import { readGithubSecret } from "../modules/cdktf/secrets";
import { ProjectStack } from "../modules/cdktf/project-stack";

const NO_ARC = { version: "", namespace: "", serviceAccount: "" };

/** The controllers in the cluster, all on support nodes. */
export class AddonsStack extends ProjectStack {
  constructor(scope: Construct, config: Config) {
    super(scope, "addons", config);
    const { addons, versions } = config;
    const cluster = outputsOf(this, "cluster", config);
    addClusterAccess(this, config, cluster);

    const certificates = installsCertManager(config) ? [certManager(this, config)] : [];
    if (addons.karpenter.mode === "install") karpenter(this, config, cluster);
    if (addons.arc.mode === "install") arcController(this, config);
    if (addons.summerwind === "install") {
      const githubSecret = readGithubSecret(this, config.github.secret);
      new Summerwind(this, "summerwind", { config, githubSecret, dependsOn: certificates });
    }

    const arc = {
      install: { version: versions.arc, namespace: ARC_NAMESPACE, serviceAccount: ARC_SERVICE_ACCOUNT },
      existing: addons.arc.mode === "existing" ? addons.arc : NO_ARC,
      none: NO_ARC,
    }[addons.arc.mode];
    handOn<"addons">(this, {
      arc_version: arc.version,
      arc_namespace: arc.namespace,
      arc_service_account: arc.serviceAccount,
      karpenter_version: addons.karpenter.mode === "install" ? versions.karpenter : "",
      cert_manager_version: certificates.length > 0 ? versions.certManager : "",
      summerwind_version: addons.summerwind === "install" ? versions.summerwind : "",
    });
  }
}
