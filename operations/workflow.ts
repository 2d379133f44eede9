import type { FleetConfig } from "../modules/config/fleet";
import { runsOnLabels, type RunnerConfig } from "../modules/config/runners";
import type { Config } from "../modules/config/schema";
import { fleetContract } from "../modules/contract/fleet-contract";

/** GitHub actions that the workflows use, by commit. */
const CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
const DAGGER_FOR_GITHUB = "dagger/dagger-for-github@27b130bf0f79a7f6fbbbe0fbca6760dc9bb40a77 # v8.4.1";
const PIPELINE = "container from --address=alpine:3.22 with-exec --args=uname,-a stdout";

/** A workflow that runs a Dagger pipeline on a runner size, ready to be committed. */
export function workflow(config: Config, fleet: FleetConfig, runner: RunnerConfig): string {
  const labels = runsOnLabels(runner);
  return [
    "# Runs a Dagger pipeline on the engine of its own node.",
    `name: Dagger on ${fleet.name}`,
    "on:",
    "  push:",
    "  workflow_dispatch:",
    "permissions:",
    "  contents: read",
    "jobs:",
    "  dagger:",
    `    runs-on: ${labels.length === 1 ? labels[0]! : `[${labels.join(", ")}]`}`,
    "    # A job that hangs keeps its node, and with it the next engine.",
    "    timeout-minutes: 60",
    "    steps:",
    `      - uses: ${CHECKOUT}`,
    "        with:",
    "          persist-credentials: false",
    ...(hasCli(runner) ? withRunnersCli(config, fleet) : withAction(fleet)),
    "",
  ].join("\n");
}

/** Whether the runner brings the engine's CLI; the guide's own runner does not. */
const hasCli = (runner: RunnerConfig) => runner.kind === "scale-set" || runner.cli;

const withRunnersCli = (config: Config, fleet: FleetConfig) => [
  "      - name: The CLI is of the engine's version",
  `        run: test "$(dagger version | grep -o 'v[0-9][0-9a-z.-]*' | head -n 1)" = v${fleet.dagger}`,
  "      - name: A pipeline",
  "        # In its place: dagger call, and a function of your module.",
  `        run: dagger core ${PIPELINE}`,
  ...(config.daggerCloud
    ? []
    : ["        env:", "          # Traces in Dagger Cloud; without the secret there are none.", cloudToken("          DAGGER_CLOUD_TOKEN")]),
];

const withAction = (fleet: FleetConfig) => [
  "      - name: A pipeline",
  `        uses: ${DAGGER_FOR_GITHUB}`,
  "        with:",
  "          # The engine's version; another one may not understand it.",
  `          version: "${fleet.dagger}"`,
  "          verb: core",
  `          args: ${PIPELINE}`,
  cloudToken("          cloud-token"),
];

const cloudToken = (key: string) => `${key}: \${{ secrets.DAGGER_CLOUD_TOKEN }}`;

/** The workflow to commit for each fleet, and how to see that it ran on its node's own engine: the guide's step 5. */
export const smokeTest = (config: Config): string =>
  config.fleets
    .map((fleet) => {
      const engine = fleetContract(fleet).engineDaemonSet;
      return [
        `Fleet ${fleet.name}: commit this as .github/workflows/dagger-${fleet.name}.yml`,
        workflow(config, fleet, fleet.runners[0]!).trimEnd().replace(/^/gm, "    "),
        "While the job runs, its runner and one engine are on one node:",
        `    kubectl -n ${fleet.namespace} get pods -o wide`,
        `The job's log names the engine that it connected to, ${engine}-…: the pod of that node. What the engine says:`,
        `    kubectl -n ${fleet.namespace} logs daemonset/${engine} --tail=50`,
        "A runner that waits for its engine, or gave up, says so in its init container:",
        `    kubectl -n ${fleet.namespace} logs POD -c dagger-cli`,
      ].join("\n");
    })
    .join("\n\n");
