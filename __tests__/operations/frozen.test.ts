import { frozenInCluster } from "../../operations/frozen";
import { minimal, synthesize } from "../support/project";

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/k";
const wanted = (yaml: string) =>
  Object.fromEntries(Object.entries(synthesize(minimal(yaml)).stacks.cluster.output!).map(([name, { value }]) => [name, value]));

test.each([
  ["the same", `cluster: {kmsKeyArn: "${KEY}"}`, `cluster: {kmsKeyArn: "${KEY}"}`, []],
  ["a key set", "", `cluster: {kmsKeyArn: "${KEY}"}`, [`cluster.kmsKeyArn says ${KEY}, but the cluster encrypts with a key of the stack's own`]],
  ["a key taken away", `cluster: {kmsKeyArn: "${KEY}"}`, "", [`cluster.kmsKeyArn says a key of the stack's own, but the cluster encrypts with ${KEY}`]],
  ["another range", "", "cluster: {serviceCidr: 172.21.0.0/16}", ["cluster.serviceCidr is 172.21.0.0/16, but the cluster stands with 172.20.0.0/16"]],
  ["clusters that exist have settings of their own", "cluster: {mode: existing, name: shared}", "cluster: {serviceCidr: 172.21.0.0/16}", []],
])("outputs of the cluster stack compared with a state's: %s", (_what, before, after, sentences) => {
  expect(frozenInCluster(wanted(after), wanted(before))).toEqual(sentences.map((sentence) => expect.stringContaining(sentence) as string));
});

test("a state that does not say refuses nothing", () => {
  expect(frozenInCluster(wanted(""), {})).toEqual([]);
  expect(frozenInCluster(wanted(""), { service_cidr: "172.20.0.0/16" })).toEqual([]);
});
