import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "../../modules/load-config";
import { artifacts, imagesText } from "../../operations/images";
import { chartOf, chartReleases, minimal, PROJECT, scenario, scenarioNames, synthesize } from "../support/project";

/** Every image reference in the pods and manifests that the stacks write, apart from charts' own defaults. */
const written = (text: string) =>
  [...text.matchAll(/\\?"(?:image|ref|actionsRunnerRepositoryAndTag|dindSidecarRepositoryAndTag)\\?":\s*\\?"([^"\\]+)\\?"/g)].map(([, image]) => image!);

test.each(scenarioNames)("every image that the stacks of %s write is listed, as they write it", (name) => {
  const { config, stacks } = scenario(name);
  const listed = artifacts(config).filter(({ kind }) => kind === "image").map(({ from }) => from);
  const missing = written(JSON.stringify(stacks)).filter((image) => !listed.includes(image));
  // What a summerwind runner without an image of its own would run; here each has one.
  expect(missing.filter((image) => !/summerwind\/actions-runner:|docker:28/.test(image))).toEqual([]);
});

test.each(scenarioNames)("every chart that the stacks of %s install is listed", (name) => {
  const { config, stacks, wrappers } = scenario(name);
  // Of a chart that the synth writes around another, it is the other that is fetched.
  const installed = [stacks.addons, stacks.dagger].flatMap((stack) =>
    chartReleases(stack).map((release) => {
      const [inside] = wrappers[chartOf(release)]?.dependencies ?? [];
      const { repository, name: chart, version } = inside ?? { repository: release.repository, name: chartOf(release), version: release.version };
      return `${String(repository)}/${chart}:${String(version)}`;
    }),
  );
  const listed = artifacts(config).filter(({ kind }) => kind === "chart").map(({ from }) => from);
  expect(listed.sort()).toEqual([...new Set(installed)].sort());
});

test("registries have mirrors of their own; Docker Hub's own images are in library/", () => {
  const { config } = synthesize(
    minimal(
      'images: {mirror: all.example, mirrors: {docker.io: "hub.example/docker-hub", ghcr.io: ghcr.example}}\nfleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 1, docker: true}]}]',
    ),
  );
  const from = Object.fromEntries(artifacts(config).map(({ home, from: taken }) => [home, taken]));
  expect(from["docker:28.0.4-dind"]).toBe("hub.example/docker-hub/library/docker:28.0.4-dind");
  expect(from[config.versions.runnerImage]).toBe(config.versions.runnerImage.replace("ghcr.io", "ghcr.example"));
  expect(from["public.ecr.aws/karpenter/controller:1.14.1"]).toBe("all.example/karpenter/controller:1.14.1");
});

test("the list says what for, where from, and which manifest has the digest", () => {
  const text = imagesText(parseConfig(readFileSync(join(PROJECT, "examples/configurations/private.yaml"), "utf8")));
  expect(text).toContain(
    [
      "  public.ecr.aws/karpenter/controller:1.14.1",
      "      for Karpenter; taken from 111122223333.dkr.ecr.eu-central-1.amazonaws.com/ecr-public/karpenter/controller:1.14.1",
      "      digest: HEAD https://public.ecr.aws/v2/karpenter/controller/manifests/1.14.1",
    ].join("\n"),
  );
});
