import { JobCluster } from "../../support/job-cluster";
import { minimal } from "../../support/project";

let place: JobCluster;
beforeEach(async () => {
  place = new JobCluster(minimal());
  await place.api.listen();
  place.healthy();
  place.runner("r1");
});
afterEach(() => place.remove());
const asked = () => place.api.requests.filter((request) => request === "GET /apis/karpenter.sh/v1/nodeclaims").length;

test("a kind that the cluster is not ready to list is asked for again, ten times in all", async () => {
  place.api.busy = { NodeClaim: 9 };
  expect(await place.call("why", ["r1"])).toEqual({ status: 0, stdout: "r1 waits for nothing: it has acme/app 123 build.\n", stderr: "" });
  expect(asked()).toBe(10);

  place.api.busy = { NodeClaim: 1000 };
  const { status, stderr } = await place.call("why", ["r1"]);
  expect([status, stderr]).toEqual([1, "cannot list NodeClaim: the cluster answers 429: storage is (re)initializing\n"]);
  expect(asked()).toBe(20);
});

test("any other refusal is told at once", async () => {
  place.api.refusals = { NodeClaim: "nodeclaims is forbidden" };
  expect((await place.call("why", ["r1"])).stderr).toBe("cannot list NodeClaim: the cluster answers 403: nodeclaims is forbidden\n");
  expect(asked()).toBe(1);
});
