import { orStopped, waitUntilNothing } from "../../../operations/cache/waiting";

// Pauses between two looks are a twentieth.
jest.mock<typeof import("node:timers/promises")>("node:timers/promises", () => {
  const timers = jest.requireActual<typeof import("node:timers/promises")>("node:timers/promises");
  return { ...timers, setTimeout: (ms, ...rest) => timers.setTimeout(ms! / 20, ...rest) };
});
const never = new AbortController().signal;

test("a wait says each change once, and ends with what is still waited for", async () => {
  const said: string[] = [];
  const states = ["two runners", "two runners", "one runner", undefined];
  await waitUntilNothing(() => Promise.resolve(states.shift()), { seconds: 60, stopped: never, say: (line) => said.push(line.replace(/ \(\d+s\)/, "")) });
  expect(said).toEqual(["    two runners", "    one runner"]);
  await expect(waitUntilNothing(() => Promise.resolve("one runner"), { seconds: 0, stopped: never, say: () => undefined })).rejects.toThrow("one runner, for 0s now");
});

test("what is stopped ends with the reason, also while an answer is out", async () => {
  const controller = new AbortController();
  const waits = orStopped(new Promise(() => undefined), controller.signal);
  controller.abort(new Error("Interrupted."));
  await expect(waits).rejects.toThrow("Interrupted.");
  await expect(waitUntilNothing(() => Promise.resolve("x"), { seconds: 9, stopped: controller.signal, say: () => undefined })).rejects.toThrow("Interrupted.");
});
