import type { Event } from "../../../operations/jobs/kinds";
import { pullsOf } from "../../../operations/timeline/pulls";

const event = (message: string, reason = "Pulled", fieldPath = "spec.containers{runner}") => ({ reason, message, involvedObject: { fieldPath } }) as unknown as Event;

test.each<[string, object | undefined]>([
  ['Successfully pulled image "a:1" in 1m2.5s (1m4s including waiting). Image size: 916000000 bytes.', { image: "a:1", seconds: 62.5, waited: 64, bytes: 916_000_000 }],
  ['Successfully pulled image "a:1" in 345ms (345ms including waiting)', { image: "a:1", seconds: 0.345, waited: 0.345 }],
  ['Successfully pulled image "a:1" in 2s', { image: "a:1", seconds: 2, waited: 2 }],
  ['Container image "a@sha256:1" already present on machine', { image: "a@sha256:1", seconds: 0, waited: 0 }],
  ["something else", undefined],
])("%s", (message, pull) => expect(pullsOf([event(message)])).toEqual(pull === undefined ? [] : [{ container: "runner", ...pull }]));

test("events of other kinds, and of no container, are none", () => {
  expect(pullsOf([event('Pulling image "a:1"', "Pulling"), event('Successfully pulled image "a:1" in 2s', "Pulled", "")])).toEqual([]);
});
