import type { Statement } from "../../cdktf/iam";
import type { Scope } from "./scope";

const object = ({ partition, state }: Scope, what: string) => `arn:${partition}:s3:::${state.bucket}/${state.prefix}/${what}`;
const withKey = ({ state }: Scope, Sid: string, Action: string): Statement[] =>
  state.kmsKeyArn === undefined ? [] : [{ Sid, Action, Resource: state.kmsKeyArn }];

/** What a plan needs of the states: reading. A lock would be a write, so plans of pull requests take none. */
export const readState = (scope: Scope): Statement[] => [
  {
    Sid: "FindStates",
    Action: "s3:ListBucket",
    Resource: `arn:${scope.partition}:s3:::${scope.state.bucket}`,
    Condition: { StringLike: { "s3:prefix": [`${scope.state.prefix}/*`] } },
  },
  { Sid: "ReadStates", Action: "s3:GetObject", Resource: object(scope, "*.tfstate") },
  ...withKey(scope, "DecryptStates", "kms:Decrypt"),
];

/** What a deploy needs besides: writing states, and making and removing locks. */
export const writeState = (scope: Scope): Statement[] => [
  { Sid: "WriteStates", Action: "s3:PutObject", Resource: [object(scope, "*.tfstate"), object(scope, "*.tfstate.tflock")] },
  { Sid: "LockStates", Action: ["s3:GetObject", "s3:DeleteObject"], Resource: object(scope, "*.tfstate.tflock") },
  ...withKey(scope, "EncryptStates", "kms:GenerateDataKey"),
];
