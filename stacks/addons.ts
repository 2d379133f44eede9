import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { AddonsGuard } from "../modules/addons/guard";
import { installAddons } from "../modules/addons/install";
import { ARC_SERVICE_ACCOUNT } from "../modules/arc/controller";
import { literal, remember } from "../modules/cdktf/standing";
import { addClusterAccess } from "../modules/cdktf/cluster-access";
import { sharedSecrets } from "../modules/cdktf/shared-secrets";
import { ARC_NAMESPACE, installedVersions } from "../modules/contract/addons";
import { ARC_MEMORY, arcMinorChanges, minorOf } from "../modules/contract/arc-minor";
import { isGuest } from "../modules/config/cluster";
import type { Config } from "../modules/config/schema";
import { looksRangesUp, withDirectRanges } from "../modules/contract/proxy";
import { handOn, outputsOf } from "../modules/cdktf/stack-outputs";
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

    if (addons.arc.mode === "install") {
      const minor = minorOf(versions.arc);
      // Stays in the state until npm run upgrade has taken the runner sets away.
      remember(this, ARC_MEMORY, { minor }, { holds: `self.input.minor == ${literal(minor)}`, sentence: arcMinorChanges("${self.input.minor}", minor) });
    }
    const installed = installAddons(this, { config, cluster, giveSecrets: sharedSecrets(this, config) });
    // A guest installs nothing that could be lost.
    if (!isGuest(config.cluster)) new AddonsGuard(this, "guard", { dependsOn: installed });

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
      ...installedVersions(config),
      arc_version: arc.version,
      arc_namespace: arc.namespace,
      arc_service_account: arc.serviceAccount,
    });
  }
}
