import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { AddonsGuard } from "../modules/addons-guard";
import { ARC_NAMESPACE, ARC_SERVICE_ACCOUNT, arcController } from "../modules/arc/controller";
import { Summerwind } from "../modules/arc/summerwind";
import { certManager, installsCertManager } from "../modules/cert-manager";
import { literal, remember } from "../modules/cdktf/standing";
import { addClusterAccess } from "../modules/cdktf/cluster-access";
import { proxySecrets } from "../modules/cdktf/proxy-secrets";
import { ARC_MEMORY, arcMinorChanges, minorOf } from "../modules/contract/arc-minor";
import type { Config } from "../modules/config/schema";
import { looksRangesUp, withDirectRanges } from "../modules/contract/proxy";
import { karpenter } from "../modules/karpenter/controller";
import { handOn, outputsOf } from "../modules/cdktf/stack-outputs";
import { readGithubSecret } from "../modules/cdktf/secrets";
import { ProjectStack } from "../modules/cdktf/project-stack";

/** Where earlier versions of this project had the CRDs of both ARCs. Terraform must forget them, not delete them. */
const FORMER_CRDS = ["arc-crds_crd_84A281EF", "summerwind_summerwind-crds_crd_A0274D2D"];
const NO_ARC = { version: "", namespace: "", serviceAccount: "" };

/** The controllers in the cluster, all on support nodes. */
export class AddonsStack extends ProjectStack {
  constructor(scope: Construct, given: Config) {
    super(scope, "addons", given);
    const cluster = outputsOf(this, "cluster", given);
    const config = looksRangesUp(given) ? withDirectRanges(given, Fn.join(",", cluster.direct_cidrs)) : given;
    const { addons, versions } = config;
    addClusterAccess(this, config, cluster);

    const giveProxySecret = proxySecrets(this, config);
    const certificates = installsCertManager(config) ? [certManager(this, config, giveProxySecret)] : [];
    const installed = [...certificates];
    if (addons.karpenter.mode === "install") installed.push(karpenter(this, config, cluster, giveProxySecret));
    if (addons.arc.mode === "install") {
      const minor = minorOf(versions.arc);
      // Stays in the state until npm run upgrade has taken the runner sets away.
      remember(this, ARC_MEMORY, { minor }, { holds: `self.input.minor == ${literal(minor)}`, sentence: arcMinorChanges("${self.input.minor}", minor) });
      installed.push(arcController(this, config, giveProxySecret));
    }
    if (addons.summerwind === "install") {
      const githubSecret = readGithubSecret(this, config.github.secret);
      installed.push(new Summerwind(this, "summerwind", { config, githubSecret, giveProxySecret, dependsOn: certificates }).release);
    }
    new AddonsGuard(this, "guard", { dependsOn: installed });

    this.addOverride(
      "removed",
      FORMER_CRDS.map((id) => ({ from: `kubernetes_manifest.${id}`, lifecycle: { destroy: false } })),
    );

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
