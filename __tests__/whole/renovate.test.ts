import { readFileSync } from "node:fs";
import { join } from "node:path";
import { versions } from "../../modules/facts/versions";
import { PROJECT } from "../support/project";

interface Manager {
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
  readonly depNameTemplate?: string;
  readonly packageNameTemplate?: string;
  readonly datasourceTemplate: string;
}
interface Rule {
  readonly description: string;
  readonly matchPackageNames?: readonly string[];
  readonly matchDatasources?: readonly string[];
  readonly groupName?: string;
  readonly dependencyDashboardApproval?: boolean;
  readonly automerge?: boolean;
  readonly schedule?: readonly string[];
}
interface Found {
  readonly depName: string;
  readonly value: string;
  readonly digest: string | undefined;
  readonly datasource: string;
  readonly packageName: string | undefined;
  /** Where the value stands in the file. */
  readonly start: number;
  readonly end: number;
}

const read = (file: string) => readFileSync(join(PROJECT, file), "utf8");
const renovate = JSON.parse(read("renovate.json")) as { customManagers: Manager[]; packageRules: Rule[]; automerge?: boolean };

/** What Renovate finds in a file by our own managers: as it does, with the global flag and no look-around. */
function found(file: string): Found[] {
  const text = read(file);
  const managers = renovate.customManagers.filter(({ managerFilePatterns }) =>
    managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file)),
  );
  return managers.flatMap((manager) =>
    manager.matchStrings.flatMap((pattern) =>
      [...text.matchAll(new RegExp(pattern, "gd"))].map((match) => {
        const groups = match.groups!;
        const [start, end] = match.indices!.groups!.currentValue!;
        return {
          depName: groups.depName ?? manager.depNameTemplate!,
          value: groups.currentValue!,
          digest: groups.currentDigest,
          datasource: manager.datasourceTemplate,
          packageName: manager.packageNameTemplate?.replace(/\{\{\{(\w+)\}\}\}/g, (_, name: string) => groups[name]!),
          start,
          end,
        };
      }),
    ),
  );
}

/** Text in modules/facts/versions.ts that looks like a version and that no bot is to renew, with the reason. */
const EXCEPTIONS: Record<string, string> = {
  [versions.terraform]: "the least version that can do what we need, not a pin",
  [versions.runnerImageDate]: "the day of the runner image's release: a person sets it with the image",
  "1.34": "a key: the Kubernetes minor of a row of add-ons",
  "1.35": "a key: the Kubernetes minor of a row of add-ons",
  "1.36": "a key: the Kubernetes minor of a row of add-ons",
};

test("every version in modules/facts/versions.ts is renewed, or is an exception with a reason", () => {
  const source = read("modules/facts/versions.ts").replace(/\/\*\*[^]*?\*\//g, (comment) => " ".repeat(comment.length));
  const covered = found("modules/facts/versions.ts");
  const literals = [...source.matchAll(/"([^"\n]*[0-9]+[.-][0-9]+[^"\n]*|[^"\n]*[0-9]{8}[^"\n]*)"/g)];
  expect(literals.length).toBeGreaterThan(20);
  const missed = literals
    .filter(({ index, 0: literal }) => !covered.some(({ start, end }) => start > index && end < index + literal.length))
    .map(([, text]) => text!);
  expect(missed.filter((text) => !(text in EXCEPTIONS))).toEqual([]);
});

test("every constant is found once, and where its releases are", () => {
  const constants = found("modules/facts/versions.ts").map(({ depName, value, datasource }) => `${datasource} ${depName} ${value}`);
  expect(new Set(constants).size).toBe(constants.length);
  const withTag = (image: string) => `docker ${image.replace(/:(?=[^:]*$)/, " ")}`;
  expect(constants).toEqual(
    expect.arrayContaining([
      `endoflife-date amazon-eks ${versions.kubernetes}`,
      `github-releases awslabs/amazon-eks-ami ${versions.ami.replace("al2023@", "")}`,
      `docker quay.io/jetstack/charts/cert-manager ${versions.certManager}`,
      `docker public.ecr.aws/karpenter/karpenter ${versions.karpenter}`,
      `docker ghcr.io/actions/actions-runner-controller-charts/gha-runner-scale-set-controller ${versions.arc}`,
      `helm actions-runner-controller ${versions.summerwind}`,
      `github-releases dagger/dagger ${versions.dagger}`,
      ...[versions.runnerImage, versions.dockerImage, versions.summerwindControllerImage, versions.summerwindProxyImage, versions.curlImage, versions.clockImage].map(withTag),
      ...[versions.summerwindRunnerImage, versions.summerwindDindImage].map(withTag),
    ]),
  );
});

test("add-ons are asked for by their Kubernetes minor; those of all minors by that of a new cluster", () => {
  const addons = found("modules/facts/versions.ts").filter(({ datasource }) => datasource === "aws-eks-addon");
  const asked = addons.map(({ packageName }) => JSON.parse(packageName!) as { kubernetesVersion: string; addonName: string });
  const minorsOf = (name: string) => asked.filter(({ addonName }) => addonName === name).map(({ kubernetesVersion }) => kubernetesVersion);
  for (const name of ["kube-proxy", "coredns"]) expect(minorsOf(name)).toEqual(["1.34", "1.35", "1.36"]);
  for (const name of ["vpc-cni", "eks-pod-identity-agent", "aws-ebs-csi-driver"]) expect(minorsOf(name)).toEqual([versions.kubernetes]);
});

test("actions are found with commit and version, and the example's image", () => {
  const source = read("operations/workflow.ts");
  const inWorkflow = found("operations/workflow.ts");
  const actions = inWorkflow.filter(({ datasource }) => datasource === "github-tags");
  expect(actions.map(({ digest }) => digest)).toEqual([...source.matchAll(/@([0-9a-f]{40}) # v/g)].map(([, digest]) => digest));
  expect(actions.length).toBeGreaterThan(1);
  expect(inWorkflow.filter(({ datasource }) => datasource === "docker").map(({ depName }) => depName)).toEqual(["alpine"]);
});

test("a rule for a package of ours names one that is found or installed", () => {
  const manifest = JSON.parse(read("package.json")) as Record<"dependencies" | "devDependencies", Record<string, string>>;
  const known = [
    ...["modules/facts/versions.ts", "operations/workflow.ts"].flatMap(found).map(({ depName }) => depName),
    ...Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }),
    ...["cdktn", "@cdktn/provider-aws"], // what docs/leaving-cdktf.md leads to
  ];
  for (const name of renovate.packageRules.flatMap(({ matchPackageNames = [] }) => matchPackageNames)) {
    const matches = (known: string) => (name.endsWith("/**") ? known.startsWith(name.slice(0, -2)) : known === name);
    expect([name, known.some(matches)]).toEqual([name, true]);
  }
});

test("what a person must look at waits for one, and nothing merges by itself", () => {
  const rulesOf = (name: string) =>
    renovate.packageRules.filter(({ matchPackageNames = [] }) => matchPackageNames.some((pattern) => name.startsWith(pattern.replace(/\*\*$/, ""))));
  expect(rulesOf("ghcr.io/actions/actions-runner").some(({ schedule }) => schedule?.[0] === "at any time")).toBe(true);
  expect(rulesOf("ghcr.io/actions/actions-runner-controller-charts/x").some((rule) => rule.dependencyDashboardApproval)).toBe(true);
  expect(rulesOf("@cdktf/provider-aws").map(({ groupName }) => groupName)).toContain("cdktf");
  expect([renovate, ...renovate.packageRules].filter(({ automerge }) => automerge)).toEqual([]);
});
