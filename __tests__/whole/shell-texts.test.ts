import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { minimal, scenario, scenarioNames, synthesize } from "../support/project";
import { commandsOf, inFolder } from "../support/shell-texts";
import { ended, Pod, run, shells, start, standIns, testInNamespaces, type Ran, type Shell } from "../support/shells";

/**
 * Every command that the examples render, and how it is run here. What a place is not listed for fails. Here each runs
 * once, to a good end; what else may happen is tested with the module that writes it.
 */
interface Place {
  readonly run: (shell: Shell, command: readonly string[], folder: string) => Promise<Ran>;
  /** What must have come of it. */
  readonly seen?: (ran: Ran, folder: string) => void;
  readonly namespaces?: true;
}

const inPod = async (shell: Shell, command: readonly string[]) => {
  const pod = await Pod.start();
  const ran = await ended(pod.spawn(shell, command));
  await pod.stop();
  return ran;
};
/** A CLI that answers with the version that the text itself asks for, or any. */
const cliFor = (command: readonly string[]) => {
  const version = /"\$version" = ([0-9.]+)/.exec(command.join(" "))?.[1] ?? "0.0.0";
  return standIns({ dagger: `[ "$*" = "query --silent" ] && grep -qx "{version}" && echo '"version": "v${version}"'` });
};
const waits: Place = {
  run: (shell, command, folder) => {
    for (const socket of ["engine.sock", "buildkitd.sock"]) writeFileSync(join(folder, socket), "");
    return run(shell, inFolder(folder, command), { NODE_NAME: "n" }, cliFor(command));
  },
  seen: ({ output }) => expect(output).toMatch(/^Dagger Engine on n is ready: v[0-9.]+\n$/),
};
/** A program of the image without a shell: not run, but named, so that a change is seen. */
const ofTheImage = (...expected: string[]): Place => ({
  run: (_shell, command) => Promise.resolve({ status: command.join(" ") === expected.join(" ") ? 0 : 1, output: command.join(" "), milliseconds: 0 }),
});

const PLACES: Readonly<Record<string, Place>> = {
  "engine.lifecycle.preStop.exec.command": { run: inPod, namespaces: true },
  "engine.readinessProbeSettings.exec.command": {
    run: (shell, command) => run(shell, command, {}, cliFor(command)),
    seen: ({ output }) => expect(output).toContain('"version"'),
  },
  "initContainers[dagger-cli].command": waits,
  "containers[runner].lifecycle.preStop.exec.command": { run: inPod, namespaces: true },
  "containers[runner].command": ofTheImage("/home/runner/run.sh"),
  "containers[warm-runner].command": ofTheImage("sleep", "infinity"),
  "containers[warm-docker].command": ofTheImage("sleep", "infinity"),
  "containers[image-0].command": ofTheImage("sleep", "infinity"),
  "containers[image-1].command": ofTheImage("sleep", "infinity"),
  // What it does is in `__tests__/modules/dagger/warm-clock`.
  "containers[clock].command": ofTheImage("node", "--max-old-space-size=96", "/clock/modules/dagger/warm-clock/clock.ts"),
  "initContainers[docker-externals].command": {
    run: (shell, command, folder) => {
      mkdirSync(join(folder, "from", "node20"), { recursive: true });
      mkdirSync(join(folder, "to"));
      writeFileSync(join(folder, "from", "node20", ".hidden"), "here");
      const here = (word: string) => word.replace("/home/runner/externals", `${folder}/from`).replace(/^\/externals/, `${folder}/to`);
      return run(shell, command.map(here));
    },
    seen: (_ran, folder) => expect(readFileSync(join(folder, "to", "node20", ".hidden"), "utf8")).toBe("here"),
  },
  "initContainers[restore].command": {
    run: (shell, command, folder) => {
      mkdirSync(join(folder, "disk", "dagger"), { recursive: true });
      mkdirSync(join(folder, "tools"));
      const here = command.map((word) => word.replaceAll(/ \/(disk|tools)\b/g, ` ${folder}/$1`));
      return run(shell, here, {}, standIns({ restic: "exit 1" }));
    },
    seen: ({ output }) => expect(output).toBe("The node has a cache already.\n"),
  },
  "initContainers[admit].command": {
    run: (shell, command, folder) => {
      mkdirSync(join(folder, "var/run/secrets/kubernetes.io/serviceaccount"), { recursive: true });
      writeFileSync(join(folder, "var/run/secrets/kubernetes.io/serviceaccount/token"), "t");
      const here = command.map((word) => word.replaceAll("/var/run", `${folder}/var/run`).replaceAll(/\/tmp\//g, `${folder}/`));
      return run(shell, here, {}, standIns({ curl: `echo '{"items": [{"status": {"phase": "Running"}}]}' >${folder}/answer; printf 200` }));
    },
  },
  "containers[publish].command": {
    run: (shell, command) => toItsEnd(shell, command, { PUBLISH: 'echo "published $1"' }),
    seen: ({ output }) => expect(output).toMatch(/^(Terminated\n)?published at-end\n$/),
  },
  "containers[stay].command": {
    run: (shell, command) => toItsEnd(shell, command, {}),
    seen: ({ output }) => expect(output).toMatch(/^(Terminated\n)?$/),
  },
  "initContainers[docker].args": ofTheImage("dockerd", "--host=unix:///docker/docker.sock", "--group=1001"),
  "initContainers[docker].startupProbe.exec.command": {
    run: (shell, command) =>
      run(shell, command, {}, standIns({ docker: '[ "$*" = "--host unix:///docker/docker.sock info" ]' })),
  },
};

/** What waits for the pod's end, and what it does then. */
const toItsEnd = async (shell: Shell, command: readonly string[], env: NodeJS.ProcessEnv) => {
  const child = start(shell, ["sh", "-c", `echo waits; ${command[2]}`], { env });
  await new Promise((resolve) => child.stdout!.once("data", resolve));
  const ran = ended(child);
  const again = setInterval(() => child.kill("SIGTERM"), 200);
  const end = await ran;
  clearInterval(again);
  return end;
};

const OLD = minimal(`fleets:
  - {name: a, dagger: 0.16.3, engine: {cache: root-disk}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}
  - {name: b, dagger: 0.17.0, runners: [{cpu: 2, memory: 8Gi, max: 1, finishJobs: true}]}
  - {name: c, dagger: 0.20.3, runners: [{cpu: 2, memory: 8Gi, max: 1, docker: true}]}
`);
const stacks = [...scenarioNames.map((name) => scenario(name).stacks), synthesize(OLD).stacks];
const commands = new Map(
  stacks
    .flatMap((all) => Object.values(all))
    .flatMap(commandsOf)
    .map((one) => [JSON.stringify([one.place, one.command]), one] as const),
);
const placeOf = (path: string) => Object.keys(PLACES).find((place) => path === place || path.endsWith(`.${place}`));

test("every place with a command is one that is run here, and every one here is a place", () => {
  const found = [...commands.values()].map(({ place }) => placeOf(place) ?? `not run by any test: ${place}`);
  expect([...new Set(found)].sort()).toEqual(Object.keys(PLACES).sort());
});

const cases = [...commands.values()].flatMap(({ place, command }, number) =>
  shells.map((shell) => ({ place: placeOf(place) ?? place, command, shell, number })),
);
for (const { place, command, shell, number } of cases) {
  const known = PLACES[place];
  if (!known) continue;
  (known.namespaces ? testInNamespaces : test)(`${place} (${number}) runs in ${shell.name}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "shell-texts-"));
    try {
      const ran = await known.run(shell, command, folder);
      expect(ran).toMatchObject({ status: 0 });
      known.seen?.(ran, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 30_000);
}
