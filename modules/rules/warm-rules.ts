import { serviceAccountName } from "../contract/runner-names";
import { WARM_CLOCK, warmSizes } from "../contract/warm";
import { isAutoscaled, type FleetConfig } from "../config/fleet";
import { mostRunners } from "../config/runners";
import { idleOf } from "./placement-rules";
import type { Refuse } from "./refuse";
import type { Rule, ToldRule } from "./rule";

const eachFleet: Rule = (_config, { fleets }) => {
  for (const { fleet, refuse } of fleets) fleet.runners.forEach((_runner, i) => checkWarm(fleet, i, refuse));
};

function checkWarm(fleet: FleetConfig, i: number, refuse: Refuse): void {
  const runner = fleet.runners[i]!;
  const account = serviceAccountName(runner);
  if (account === WARM_CLOCK && warmSizes(fleet).length > 0) {
    refuse(["runners", i, "serviceAccount", "name"], account, "another service account: jobs would get the rights of the clock that keeps runners warm");
  }
  if (runner.warm.length === 0) return;
  if (!isAutoscaled(fleet)) {
    refuse(["runners", i, "warm"], runner.warm, "nothing with nodes.mode: persistent: nodes that stay are warm day and night");
    return;
  }
  if (runner.kind === "runner-deployment" && runner.scaling.mode === "fixed") {
    refuse(["runners", i, "warm"], runner.warm, "nothing with scaling.mode: fixed: there a job starts no runner, which would need the room");
    return;
  }
  const [most, idle] = [mostRunners(runner), idleOf(runner)];
  runner.warm.forEach(({ runners }, j) => {
    if (runners <= most - idle) return;
    const beside = idle > 0 ? ` less min, which is ${idle}` : "";
    refuse(["runners", i, "warm", j, "runners"], runners, most > idle ? `at most ${most - idle}: max, which is ${most}${beside}` : `no warm beside min: ${idle} idle runners are all that max allows`);
  });
}

export const warmRules: readonly ToldRule[] = [
  {
    check: eachFleet,
    says: [
      `\`warm\` needs nodes that Karpenter buys, and not \`scaling.mode: fixed\`; its \`runners\` are at most \`max\` less \`min\`; no size beside it has the service account \`${WARM_CLOCK}\`.`,
    ],
  },
];
