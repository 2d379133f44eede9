import { versions } from "../../../modules/facts/versions";
import { chartReleases, minimal, synthesize, valuesOf } from "../../support/project";

test("a pre-release of Dagger runs beside a release: its own image and CLI, with the chart of the default version", () => {
  const size = "runners: [{cpu: 2, memory: 8Gi, max: 1}]";
  const { stacks } = synthesize(minimal(`fleets: [{name: main, ${size}}, {name: next, dagger: 1.0.0-beta.11, ${size}}]`));
  const engine = (name: string) => {
    const release = chartReleases(stacks.dagger).find((one) => one.name === name)!;
    return { chart: release.version, image: (valuesOf(release).engine as unknown as { image: { ref: string } }).image.ref };
  };
  expect(engine("main")).toEqual({ chart: versions.dagger, image: `registry.dagger.io/engine:v${versions.dagger}` });
  expect(engine("next")).toEqual({ chart: versions.dagger, image: "registry.dagger.io/engine:v1.0.0-beta.11" });
  const sets = chartReleases(stacks.dagger).find((one) => one.name === "dagger-ci-next-2c-8g")!;
  const { template } = valuesOf(sets) as unknown as { template: { spec: { initContainers: { image: string; command: string[] }[] } } };
  expect(template.spec.initContainers[0]!.image).toBe("registry.dagger.io/engine:v1.0.0-beta.11");
  expect(template.spec.initContainers[0]!.command[2]).toContain('if [ "$version" = 1.0.0-beta.11 ]');
});
