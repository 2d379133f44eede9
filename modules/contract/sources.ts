import { isPreRelease } from "../config/fleet";
import { versions as pinned } from "../facts/versions";
import type { Config } from "../config/schema";

/** A chart at a pinned version. */
export interface Chart {
  /** OCI registry folder, `oci://…`, or a classic repository's URL. */
  readonly repository: string;
  readonly name: string;
  readonly version: string;
}

const ARC_CHARTS = "oci://ghcr.io/actions/actions-runner-controller-charts";
const PROMETHEUS_CHARTS = "oci://ghcr.io/prometheus-community/charts";
const KARPENTER_CHARTS = "oci://public.ecr.aws/karpenter";

/** Every chart that the project installs, with the place it comes from: its home, or a mirror (`charts.mirror`, `charts.mirrors`). */
export function charts(config: Pick<Config, "versions" | "charts">) {
  const { versions } = config;
  const chart = (repository: string, name: string, version: string): Chart => ({
    repository: mirroredChart(repository, config.charts),
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
    prometheusCrds: chart(PROMETHEUS_CHARTS, "prometheus-operator-crds", versions.prometheusCrds),
    prometheus: chart(PROMETHEUS_CHARTS, "kube-prometheus-stack", versions.prometheus),
    // Pre-releases have no chart; that of the default version is the same but for its number (helm/dagger at v1.0.0-beta.10).
    daggerEngine: (version: string) => chart("oci://registry.dagger.io", "dagger-helm", isPreRelease(version) ? pinned.dagger : version),
  };
}

/** All of them at their homes, in the versions that this revision of the project starts from. */
export const knownCharts = (): Chart[] =>
  Object.values(charts({ versions: { ...pinned, eksAddons: {} }, charts: { mirrors: {} } })).map((chart) => (typeof chart === "function" ? chart(pinned.dagger) : chart));

/** Where mirrors are: one of everything, and those of single registries, which go first. */
type Mirrors = Config["charts"];

/** The mirror of a registry, if it has one. */
const mirrorOf = ({ mirror, mirrors }: Mirrors, registry: string): string | undefined => mirrors[registry] ?? mirror;

function mirroredChart(repository: string, mirrors: Mirrors): string {
  const [, host = "", path = ""] = /^[a-z]+:\/\/([^/]+)(\/.*)?$/.exec(repository) ?? [];
  const mirror = mirrorOf(mirrors, host);
  return mirror === undefined ? repository : `oci://${mirror}${path}`;
}

/** An image's registry and the rest of its reference. Docker Hub is meant where there is no host, and its own images are in `library/`. */
function split(reference: string): { registry: string; path: string } {
  const [first = "", ...rest] = reference.split("/");
  if (rest.length > 0 && /[.:]|^localhost$/.test(first)) return { registry: first, path: rest.join("/") };
  return { registry: "docker.io", path: rest.length > 0 ? reference : `library/${reference}` };
}

export const registryOf = (reference: string): string => split(reference).registry;

export const isMirrored = ({ images }: { readonly images: Mirrors }, reference: string): boolean =>
  mirrorOf(images, registryOf(reference)) !== undefined;

/**
 * Where an image comes from: its home, or a mirror, whose host and path replace the registry's host (`images.mirrors` for
 * its registry, or else `images.mirror`).
 */
export function image({ images }: { readonly images: Mirrors }, reference: string): string {
  const { registry, path } = split(reference);
  const mirror = mirrorOf(images, registry);
  return mirror === undefined ? reference : `${mirror}/${path}`;
}

/** Secret with the credentials of registries, in each namespace whose pods pull with them. */
export const REGISTRY_SECRET = "registry-credentials";

/** What a pod pulls its images with; nothing where no registry wants credentials. */
export const pullSecrets = ({ images }: Pick<Config, "images">): { readonly imagePullSecrets?: { readonly name: string }[] } =>
  Object.keys(images.credentials).length > 0 ? { imagePullSecrets: [{ name: REGISTRY_SECRET }] } : {};

/** An image split for charts that want repository and tag apart. */
export function imageParts(config: { readonly images: Mirrors }, reference: string) {
  const [, repository = "", tag = ""] = /^(.*):([^:/]+)$/.exec(image(config, reference)) ?? [];
  return { repository, tag };
}
