import { benchConfig, FLEETS } from "../../operations/bench";
import { parseConfig } from "../../modules/load-config";

test.each(FLEETS)("the configuration with %i fleets is one that the project takes", (fleets) => {
  expect(parseConfig(benchConfig(fleets)).fleets).toHaveLength(fleets);
});
