import { minimal } from "../../support/project";
import { problemsIn } from "../../support/problems";

const fleet = (runner: string, more = "") => minimal(`addons: {summerwind: install}\nfleets: [{name: main, ${more} runners: [{cpu: 2, memory: 8Gi, ${runner}}]}]`);
const WARM = "warm: [{during: mon-fri 07:00-19:00 Europe/Dublin, runners: 4}]";
const DURING = "days, hours and a time zone, such as mon-fri 07:00-19:00 Europe/Dublin";

test.each<[string, string, string[]]>([
  ["as many as max", fleet(`max: 4, ${WARM}`), []],
  ["beside min", fleet(`min: 2, max: 6, ${WARM}`), []],
  ["a runner deployment", fleet(`kind: runner-deployment, scaling: {max: 4, repositories: [widgets]}, ${WARM}`), []],
  ["more than max", fleet(`max: 3, ${WARM}`), ["fleets[0].runners[0].warm[0].runners | 4 | at most 3: max, which is 3"]],
  ["more than min leaves", fleet(`min: 2, max: 5, ${WARM}`), ["fleets[0].runners[0].warm[0].runners | 4 | at most 3: max, which is 5 less min, which is 2"]],
  ["nothing is left", fleet(`min: 4, max: 4, ${WARM}`), ["fleets[0].runners[0].warm[0].runners | 4 | no warm beside min: 4 idle runners are all that max allows"]],
  [
    "the second window",
    fleet("max: 4, warm: [{during: daily 00:00-24:00 UTC, runners: 1}, {during: sat 10:00-12:00 UTC, runners: 5}]"),
    ["fleets[0].runners[0].warm[1].runners | 5 | at most 4: max, which is 4"],
  ],
  [
    "nodes that stay",
    fleet(`max: 4, ${WARM}`, "nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 1},"),
    ['fleets[0].runners[0].warm | [{"during":"mon-fri 07:00-19:00 Europe/Dublin","runners":4}] | nothing with nodes.mode: persistent: nodes that stay are warm day and night'],
  ],
  [
    "a fixed number",
    fleet(`kind: runner-deployment, scaling: {mode: fixed, replicas: 4}, ${WARM}`),
    ['fleets[0].runners[0].warm | [{"during":"mon-fri 07:00-19:00 Europe/Dublin","runners":4}] | nothing with scaling.mode: fixed: there a job starts no runner, which would need the room'],
  ],
  [
    "the clock's account",
    fleet(`max: 4, ${WARM}, serviceAccount: {mode: existing, name: warm-clock}`),
    ["fleets[0].runners[0].serviceAccount.name | \"warm-clock\" | another service account: jobs would get the rights of the clock that keeps runners warm"],
  ],
  [
    "more than the limit holds",
    fleet("max: 40, min: 4, warm: [{during: daily 00:00-24:00 UTC, runners: 30}]", "nodes: {vcpuLimit: 64},"),
    ["fleets[0].nodes.vcpuLimit | 64 | at least 78, or a smaller min or warm: 34 idle and warm runners and their engines do not fit"],
  ],
  ["no zone", fleet("max: 4, warm: [{during: mon-fri 07:00-19:00, runners: 4}]"), [`fleets[0].runners[0].warm[0].during | "mon-fri 07:00-19:00" | ${DURING}`]],
  [
    "no such zone, and none",
    fleet("max: 4, warm: [{during: mon-fri 07:00-19:00 Europe/Dubln, runners: 0}]"),
    [
      `fleets[0].runners[0].warm[0].during | "mon-fri 07:00-19:00 Europe/Dubln" | ${DURING}; a zone is a name of the IANA time zone database, such as Europe/Berlin or UTC`,
      "fleets[0].runners[0].warm[0].runners | 0 | at least 1",
    ],
  ],
  ["a number", fleet("max: 4, warm: [{during: 7, runners: 4}]"), [`fleets[0].runners[0].warm[0].during | 7 | ${DURING}, in quotes`]],
  [
    "a misspelt setting",
    fleet("max: 4, warm: [{during: sat 10:00-12:00 UTC, runner: 1}]"),
    ["fleets[0].runners[0].warm[0].runner | 1 | no such setting here; did you mean runners?", "fleets[0].runners[0].warm[0].runners | nothing | a number"],
  ],
])("%s", (_what, yaml, problems) => {
  if (problems.length === 0) expect(() => problemsIn(yaml)).toThrow("the configuration was accepted");
  else expect(problemsIn(yaml).sort()).toEqual([...problems].sort());
});
