import type { Settings } from "../cluster/installation";

/** A change to a configuration that stands, and what it may do: `<what> <resource>`, without the ids of cdktf. */
export interface Change {
  readonly what: string;
  readonly change: (settings: Settings) => void;
  readonly does: readonly string[];
}
export interface Configuration {
  readonly name: string;
  readonly changes: readonly Change[];
}

const engineSet = (settings: Settings, engine: Record<string, unknown>) => {
  settings.fleets![0]!.engine = engine;
};

/** All of a fleet with secrets for Dagger Cloud. */
const BLUE = [
  ...["2c-8g", "4c-16g", "engine", "runner-images_objects"].map((name) => `helm_release.blue_${name}`),
  ...["node-class", "node-pool"].map((name) => `kubernetes_manifest.blue_nodes_${name}`),
  ...["kubernetes_namespace_v1.blue_namespace", "kubernetes_secret_v1.blue_cloud-secret", "kubernetes_secret_v1.blue_github-secret"],
];

export const CONFIGURATIONS: readonly Configuration[] = [
  {
    name: "default",
    changes: [
      { what: "a setting of the engine", change: (settings) => engineSet(settings, { cpu: 3 }), does: ["change helm_release.main_engine"] },
      { what: "another version of Dagger", change: ({ fleets }) => (fleets![0]!.dagger = "0.21.8"), does: ["change helm_release.main_2c-8g", "change helm_release.main_4c-16g", "change helm_release.main_engine"] },
      { what: "a size more", change: ({ fleets }) => fleets![0]!.runners!.push({ cpu: 8, memory: "32Gi", max: 4 }), does: ["add helm_release.main_8c-32g"] },
      { what: "another image of runners", change: (settings) => (settings.versions = { ...settings.versions, runnerImage: "ghcr.io/actions/actions-runner:2.336.0" }), does: ["change helm_release.main_2c-8g", "change helm_release.main_4c-16g", "change helm_release.main_8c-32g", "change helm_release.main_runner-images_objects"] },
    ],
  },
  { name: "both-kinds", changes: [] },
  { name: "guide", changes: [] },
  { name: "three-fleets", changes: [{ what: "a fleet less", change: (settings) => (settings.fleets = settings.fleets!.slice(1)), does: BLUE.map((resource) => `destroy ${resource}`) }] },
];
