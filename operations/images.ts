import type { Config } from "../modules/config/schema";
import { ADDONS, installedAddons } from "../modules/contract/addons";
import { imagesOf } from "../modules/contract/images";
import { charts, image, registryOf, type Chart } from "../modules/contract/sources";

/** An image or a chart that an installation needs, for whoever fills a mirror. */
export interface Artifact {
  readonly kind: "image" | "chart";
  /** Reference at its home. */
  readonly home: string;
  /** Reference from which this configuration takes it; the same where no mirror has it. */
  readonly from: string;
  /** The manifest at its home, whose `Docker-Content-Digest` is the digest; unset for a chart of a classic repository. */
  readonly digest?: string;
  readonly usedBy: string;
}

/** Every image and chart of a configuration, each once. */
export function artifacts(config: Config): Artifact[] {
  const images = imagesOf(config).map(({ reference, usedBy }): Artifact => ({
    kind: "image",
    home: reference,
    from: image(config, reference),
    ...digestOf(image({ images: NO_MIRRORS }, reference)),
    usedBy,
  }));
  const home = chartsOf({ ...config, charts: NO_MIRRORS });
  const from = chartsOf(config);
  return [
    ...images,
    ...home.map((chart, i): Artifact => ({
      kind: "chart",
      home: chartReference(chart),
      from: chartReference(from[i]!),
      ...(chart.repository.startsWith("oci://") ? digestOf(chartReference(chart).replace("oci://", "")) : {}),
      usedBy: chart.name,
    })),
  ];
}

const NO_MIRRORS: Config["charts"] = { mirrors: {} };

/** The charts that the stacks of a configuration install. */
function chartsOf(config: Config): Chart[] {
  const { fleets } = config;
  const all = charts(config);
  const sets = fleets.some(({ runners }) => runners.some(({ kind }) => kind === "scale-set"));
  const engines = [...new Set(fleets.map(({ dagger }) => dagger))];
  return [
    ...installedAddons(config).flatMap((name) => ADDONS[name].charts.map((chart) => all[chart])),
    ...(sets ? [all.arcRunnerSet] : []),
    ...engines.map(all.daggerEngine),
  ];
}

const chartReference = ({ repository, name, version }: Chart): string => `${repository}/${name}:${version}`;

/** Where a registry tells an image's digest. Docker Hub's API has another host than its name. */
function digestOf(reference: string): { digest: string } {
  const registry = registryOf(reference);
  const [, path = "", tag = "latest"] = /^([^@]+?)(?:[:@]([^/]+))?$/.exec(reference.replace(`${registry}/`, "")) ?? [];
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const repository = registry === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  return { digest: `https://${host}/v2/${repository}/manifests/${tag.replace(/^.*@/, "")}` };
}

/** The list for people: what a mirror must have, and where from. */
export function imagesText(config: Config): string {
  const all = artifacts(config);
  const section = (kind: Artifact["kind"], title: string) => [
    title,
    ...all.filter((one) => one.kind === kind).flatMap(({ home, from, digest, usedBy }) => [
      `  ${home}`,
      `      for ${usedBy}${from === home ? "; no mirror is configured" : `; taken from ${from}`}`,
      `      digest: ${digest === undefined ? "none (a classic repository: pull the chart and push it as OCI)" : `HEAD ${digest}`}`,
    ]),
  ];
  return [...section("image", "Images"), "", ...section("chart", "Charts")].join("\n");
}
