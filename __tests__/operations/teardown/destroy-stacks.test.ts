import { destroyStacks, standingStacks } from "../../../operations/teardown/destroy-stacks";
import type { RunTerraform } from "../../../operations/terraform/terraform";

const stacks = ["network", "cluster", "addons", "dagger"].map((name) => ({ name, dependencies: [], template: {} }));

/** A Terraform whose stacks hold some resources; it writes down what it was asked. */
function fake(resources: Record<string, string[]>, failsAt?: string) {
  const asked: string[] = [];
  const run: RunTerraform = (directory, args) => {
    const stack = directory.split("/").at(-1)!;
    asked.push(`${stack} ${args[0] === "state" ? "state list" : args[0]}`);
    const held = resources[stack];
    if (args[0] === "state" && held === undefined) return Promise.resolve({ code: 1, stdout: "", output: "No state file was found!" });
    const code = args[0] === "destroy" && stack === failsAt ? 1 : 0;
    const stdout = args[0] === "state" ? `${(held ?? []).join("\n")}\n` : "";
    return Promise.resolve({ code, stdout, output: code === 1 ? "Error: it is in use" : stdout });
  };
  return { asked, workspace: { run, outdir: "out", locks: "locks" } };
}
const HELD = { network: ["aws_vpc.a", "aws_subnet.b"], cluster: ["data.aws_x.y", "aws_eks_cluster.c"], addons: [], dagger: ["helm_release.d"] };

test("what stands is found in reverse order; data sources, empty and never applied stacks do not count", async () => {
  expect(await standingStacks(fake(HELD).workspace, stacks)).toEqual([
    { name: "dagger", resources: 1 },
    { name: "cluster", resources: 1 },
    { name: "network", resources: 2 },
  ]);
  expect(await standingStacks(fake({}).workspace, stacks)).toEqual([]);
});

test("stacks go in reverse, and none after one that fails: what that one needs must stand", async () => {
  const { asked, workspace } = fake(HELD, "cluster");
  const standing = await standingStacks(workspace, stacks);
  const lines: string[] = [];
  await expect(destroyStacks(workspace, standing, (line) => lines.push(line))).rejects.toThrow(new Error("terraform destroy of cluster failed:\nError: it is in use"));
  expect(asked.filter((call) => call.endsWith("destroy"))).toEqual(["dagger destroy", "cluster destroy"]);
  expect(lines).toEqual(["dagger: taking down 1 resources", expect.stringMatching(/^dagger: gone after/), "cluster: taking down 1 resources"]);
});
