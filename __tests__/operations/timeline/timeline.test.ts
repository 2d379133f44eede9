import { JobCluster } from "../../support/job-cluster";

let place: JobCluster;
const begin = async (...args: ConstructorParameters<typeof JobCluster>) => {
  place = new JobCluster(...args);
  await place.api.listen();
};
beforeEach(() => begin());
afterEach(() => place.remove());

test("x", async () => {
  place.runner("r1");
  place.runner("r2", { assigned: 100, pod: 101, bound: 101, cli: 102, answered: 104, image: 104, started: 105, taken: 108, engine: 71 }, { node: "node-of-r1" });
  const a = await place.call("timeline");
  console.log(a.stdout, a.stderr);
  console.log((await place.call("timeline", ["--job", "r1"])).stdout);
  console.log((await place.call("timeline", ["--json"])).stdout);
});
