import { widened } from "../../../../operations/review/rules/iam-document";

const document = (...statements: object[]) => JSON.stringify({ Statement: statements });
const read = { Sid: "Read", Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::b/a/*" };
test.each([
  ["an action that a pattern held already", document(read), document({ ...read, Action: ["s3:GetObject"] }), []],
  ["a resource", document(read), document({ ...read, Resource: "*" }), ["Read reaches *"]],
  [
    "a principal",
    document({ ...read, Principal: { AWS: "a" } }),
    document({ ...read, Principal: { AWS: ["a", "b"] } }),
    ["Read lets in AWS b"],
  ],
  [
    "a principal in a statement of its own, for what others may do already",
    document({ ...read, Principal: { AWS: "a" }, Action: "s3:*" }),
    document({ ...read, Principal: { AWS: "a" }, Action: "s3:*" }, { ...read, Sid: "More", Principal: { AWS: "b" } }),
    ["More lets in AWS b"],
  ],
  ["a refusal that is gone", document(read, { Sid: "No", Effect: "Deny", Action: "*" }), document(read), ["the refusal No is gone"]],
  ["less", document(read, { ...read, Sid: "More", Action: "s3:Put*" }), document(read), []],
  ["no document", "x", document(read), ["it is no JSON document"]],
])("what a document allows more: %s", (_name, before, after, expected) => {
  expect(widened(before, after)).toEqual(expected);
});
