import { duration } from "../../operations/duration";

test.each([
  [0, "0s"],
  [59.6, "1m"],
  [61, "1m 1s"],
  [3600, "1h"],
  [3605, "1h"],
  [90_061, "1d 1h"],
])("%d s are %s", (seconds, text) => expect(duration(seconds)).toBe(text));
