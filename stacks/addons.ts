import type { Construct } from "constructs";
import { ARC_NAMESPACE, ARC_SERVICE_ACCOUNT, arcController } from "../modules/arc/controller";
import { certManager } from "../modules/cert-manager";
import { addClusterAccess } from "../modules/cluster-access";
import type { Config } from "../modules/config/schema";
import { karpenter } from "../modules/karpenter/controller";
import { handOn, outputsOf } from "../modules/outputs";
import { ProjectStack } from "../modules/project-stack";

/** The controllers in the cluster, all on support nodes. */
export class AddonsStack extends ProjectStack {
  constructor(scope: Construct, config: Config) {
    super(scope, "addons", config);
    const { addons, versions } = config;
    const cluster = outputsOf(this, "cluster", config);
    addClusterAccess(this, config, cluster);

    if (addons.certManager === "install") certManager(this, config);
    if (addons.karpenter === "install") karpenter(this, config, cluster);
    if (addons.arc.mode === "install") arcController(this, config);

    const arc =
      addons.arc.mode === "existing"
        ? addons.arc
        : { version: versions.arc, namespace: ARC_NAMESPACE, serviceAccount: ARC_SERVICE_ACCOUNT };
    handOn<"addons">(this, {
      arc_version: arc.version,
      arc_namespace: arc.namespace,
      arc_service_account: arc.serviceAccount,
      karpenter_version: addons.karpenter === "install" ? versions.karpenter : "",
      cert_manager_version: addons.certManager === "install" ? versions.certManager : "",
    });
  }
}
