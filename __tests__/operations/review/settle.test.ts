import { fingerprint } from "../../../operations/review/fingerprint";
import { settle } from "../../../operations/review/settle";
import { markdownOf, planCase, reviewsOf } from "../../support/plans";

test("another order of the names in runs-on is no change: nothing is to be applied, and nothing waits for it", () => {
  const { json } = planCase("order of sizes");
  expect(json.dagger!.output_changes).toHaveProperty("runs_on");
  expect(settle({ stack: "dagger", outcome: "changes" }, json.dagger!)).toEqual({ stack: "dagger", outcome: "unchanged" });
  expect(fingerprint(json.dagger!)).toBe(fingerprint({}));
});

test("a name that is new or gone is one", () => {
  const { json } = planCase("runner sizes");
  expect(settle({ stack: "dagger", outcome: "changes" }, { output_changes: json.dagger!.output_changes! })).toMatchObject({ outcome: "changes" });
});

test("subnets are read by their place: another order of them is a change", () => {
  const subnets = { actions: ["update"], before: ["subnet-1", "subnet-2"], after: ["subnet-2", "subnet-1"] };
  expect(settle({ stack: "network", outcome: "changes" }, { output_changes: { private_subnet_ids: subnets } })).toMatchObject({ outcome: "changes" });
});

test("what waits or failed stays so", () => {
  expect(settle({ stack: "dagger", outcome: "failed", message: "x" }, {})).toMatchObject({ outcome: "failed" });
});

test("what AWS moves by itself is not in the review; what was done by hand is, and stands first", () => {
  expect(planCase("moved by AWS").json.cluster!.resource_drift).not.toEqual([]);
  expect(markdownOf(reviewsOf(planCase("moved by AWS")))).not.toContain("outside of Terraform");
  const byHand = reviewsOf(planCase("done by hand"));
  expect(markdownOf(byHand)).toContain("outside of Terraform");
  expect(byHand.flatMap(({ flags }) => flags)[0]).toMatchObject({ title: "By hand: public endpoint widened" });
});
