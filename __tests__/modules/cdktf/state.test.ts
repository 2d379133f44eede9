import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statePlace } from "../../../operations/identity/state-place";
import { stateSource } from "../../../operations/identity/state-source";
import { minimal, synthesize } from "../../support/project";

const GITLAB = "https://gitlab.acme.example/api/v4/projects/42/terraform/state";
const KEY = "projects/acme/locations/europe-west1/keyRings/states/cryptoKeys/dagger";

/** State, the backend of the cluster stack, how the addons stack reads it, and what people are told of its place. */
const PLACES: [string, object, [string, object], string][] = [
  [
    "{type: gcs, bucket: acme-states, prefix: ci, kmsKey: " + KEY + "}",
    { backend: { gcs: { bucket: "acme-states", prefix: "ci/cluster", kms_encryption_key: KEY } } },
    ["gcs", { bucket: "acme-states", prefix: "ci/cluster" }],
    "gs://acme-states/ci/cluster",
  ],
  [
    "{type: azurerm, storageAccount: acmestates, container: terraform, resourceGroup: shared}",
    { backend: { azurerm: { storage_account_name: "acmestates", container_name: "terraform", key: "dagger-ci/cluster.tfstate", resource_group_name: "shared" } } },
    ["azurerm", { storage_account_name: "acmestates", container_name: "terraform", key: "dagger-ci/cluster.tfstate", resource_group_name: "shared" }],
    "azurerm://acmestates/terraform/dagger-ci/cluster.tfstate",
  ],
  [
    `{type: http, address: "${GITLAB}", lockPath: /lock, lockMethod: POST, unlockMethod: DELETE}`,
    {
      backend: {
        http: {
          ...{ address: `${GITLAB}/dagger-ci-cluster`, update_method: "POST" },
          ...{ lock_address: `${GITLAB}/dagger-ci-cluster/lock`, lock_method: "POST" },
          ...{ unlock_address: `${GITLAB}/dagger-ci-cluster/lock`, unlock_method: "DELETE" },
        },
      },
    },
    ["http", { address: `${GITLAB}/dagger-ci-cluster` }],
    `${GITLAB}/dagger-ci-cluster`,
  ],
  [
    "{type: cloud, organization: acme, project: Platform CI, workspacePrefix: ci-}",
    { cloud: { hostname: "app.terraform.io", organization: "acme", workspaces: { name: "ci-cluster", project: "Platform CI" } } },
    ["remote", { hostname: "app.terraform.io", organization: "acme", workspaces: { name: "ci-cluster" } }],
    "app.terraform.io/acme/ci-cluster",
  ],
];

describe.each(PLACES)("state: %s", (state, block, [kind, config], place) => {
  const yaml = minimal(`state: ${state}\n`);

  test("is the backend of each stack, and where others read its outputs", () => {
    const { stacks } = synthesize(yaml);
    const { backend, cloud } = stacks.cluster.terraform as { backend?: object; cloud?: object };
    expect(JSON.parse(JSON.stringify({ backend, cloud }))).toEqual(block);
    expect(stacks.addons.data!.terraform_remote_state!.cluster).toEqual({ backend: kind, config });
  });

  test("is told to people, and found by the configuration that had it", async () => {
    const { stacks, config: wanted } = synthesize(yaml);
    expect(statePlace({ template: stacks.cluster })).toBe(place);
    const folder = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
    try {
      writeFileSync(join(folder, "before.yaml"), yaml);
      const source = await stateSource(join(folder, "before.yaml"), { region: "eu-west-1", config: wanted, outdir: folder });
      expect(source.backend("cluster")).toEqual(block);
      expect(source.mayHold("cluster")).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("installations share no workspace, blob or address", () => {
  for (const [state] of PLACES.slice(1, 3)) {
    const places = ["staging", "production"].map((name) => statePlace({ template: synthesize(minimal(`state: ${state}\n`).replace("name: dagger-ci", `name: ${name}`)).stacks.network }));
    expect(places[0]).toBe(places[1]!.replace("production", "staging"));
  }
});
