import { changesOf } from "../../../../operations/review/changes";
import type { PlanJson } from "../../../../operations/review/plan-json";
import type { Flag } from "../../../../operations/review/rules/rule";
import { secretStore } from "../../../../operations/review/rules/secret-store";
import { flags, planOf } from "../../../support/plans";

const GITHUB = "kubernetes_secret_v1.main_github-secret_25CC8BE6";
const AGAIN: Flag = {
  title: "Secret written again",
  how: "revision 1 to 2",
  weight: "note",
  means: { data: "the cluster gets what AWS Secrets Manager holds at the apply; pods that started before keep the old" },
  address: GITHUB,
};

test("a secret that is written again is no loss", () => {
  expect(flags(secretStore, planOf("secret renewed", "dagger"))).toEqual([AGAIN]);
});

test("a secret that goes", () => {
  expect(flags(secretStore, planOf("fleet renamed", "dagger"))).toEqual([
    {
      title: "Secret's store changed",
      what: "the Kubernetes secret is deleted",
      means: { jobs: "pods that need it do not start without it" },
      address: GITHUB,
    },
  ]);
});

test("another AWS secret is read: the cluster gets its content only with another revision", () => {
  const elsewhere = planOf("secret from elsewhere", "dagger");
  const read = (plan: PlanJson) => secretStore(changesOf(plan), elsewhere.output_changes);
  const flag = { title: "Secret read from elsewhere", how: "github: dagger-ci/github to teams/github" };
  expect(read(elsewhere)).toEqual([
    {
      ...flag,
      means: { jobs: "runners go on with the old content, and fail when that is no longer valid" },
      advice: "Raise its secretRevision, or the cluster never gets the new content",
    },
  ]);
  expect(read(planOf("secret renewed", "dagger"))).toEqual([
    { ...flag, weight: "note", means: { data: "the cluster gets what that one holds at the apply" } },
    AGAIN,
  ]);
});
