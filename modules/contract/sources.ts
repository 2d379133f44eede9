import type { Config } from "../config/schema";

/** A chart at a pinned version. */
export interface Chart {
  /** OCI registry folder, `oci://…`, or a classic repository's URL. */
  readonly repository: string;
  readonly name: string;
  readonly version: string;
}

const ARC_CHARTS = "oci://ghcr.io/actions/actions-runner-controller-charts";
const KARPENTER_CHARTS = "oci://public.ecr.aws/karpenter";

/** Every chart that the project installs, with the place it comes from: its home, or the mirror (`charts.mirror`). */
export function charts(config: Config) {
  const { versions } = config;
  const chart = (repository: string, name: string, version: string): Chart => ({
    repository: mirroredChart(repository, config.charts.mirror),
    name,
    version,
  });
  return {
    certManager: chart("oci://quay.io/jetstack/charts", "cert-manager", versions.certManager),
    karpenterCrd: chart(KARPENTER_CHARTS, "karpenter-crd", versions.karpenter),
    karpenter: chart(KARPENTER_CHARTS, "karpenter", versions.karpenter),
    arcController: chart(ARC_CHARTS, "gha-runner-scale-set-controller", versions.arc),
    arcRunnerSet: chart(ARC_CHARTS, "gha-runner-scale-set", versions.arc),
    // A classic repository; there is no OCI artefact of it.
    summerwind: chart(
      "https://actions-runner-controller.github.io/actions-runner-controller",
      "actions-runner-controller",
      versions.summerwind,
    ),
    daggerEngine: (version: string) => chart("oci://registry.dagger.io", "dagger-helm", version),
  };
}

function mirroredChart(repository: string, mirror: string | undefined): string {
  if (mirror === undefined) return repository;
  const [, path = ""] = /^[a-z]+:\/\/[^/]+(\/.*)?$/.exec(repository) ?? [];
  return `oci://${mirror}${path}`;
}

/**
 * Where an image comes from: its home, or the mirror (`images.mirror`), whose host and path replace the registry's
 * host. `summerwind/x` is on Docker Hub, as for every container runtime.
 */
export function image(config: Pick<Config, "images">, reference: string): string {
  const { mirror } = config.images;
  if (mirror === undefined) return reference;
  const [first = "", ...rest] = reference.split("/");
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return `${mirror}/${hasHost ? rest.join("/") : reference}`;
}

/** An image split for charts that want repository and tag apart. */
export function imageParts(config: Pick<Config, "images">, reference: string) {
  const [, repository = "", tag = ""] = /^(.*):([^:/]+)$/.exec(image(config, reference)) ?? [];
  return { repository, tag };
}
