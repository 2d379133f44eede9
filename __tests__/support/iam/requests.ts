import type { Request } from "./evaluate";
import { ACCOUNT } from "./stacks";

/** Words for writing requests down. A request is one authorisation that AWS makes; a call can need several. */
export interface Words {
  readonly region: string;
  readonly arn: (service: string, rest: string, place?: string) => string;
  readonly ec2: (kind: string) => string;
  readonly iam: (what: string) => string;
  readonly ask: (action: string, resource: string, context?: Request["context"]) => Request;
  /** Several actions of one service on one resource. */
  readonly each: (service: string, actions: string, resource: string, context?: Request["context"]) => Request[];
}
/** Of `own`, roles, policies and profiles are under its path, as the stacks make them. */
export function words(region: string, own?: { readonly name: string; readonly iamPath?: string }): Words {
  const arn = (service: string, rest: string, place = region) => `arn:aws:${service}:${place}:${ACCOUNT}:${rest}`;
  const ask = (action: string, resource: string, context = {}) => ({ action, resource, context: { "aws:RequestedRegion": region, ...context } });
  return {
    region,
    arn,
    ask,
    ec2: (kind) => `arn:aws:ec2:${region}:${["image", "snapshot"].includes(kind) ? "" : ACCOUNT}:${kind}/${kind}-0123456789abcdef0`,
    iam: (what) => arn("iam", underPath(what, own), ""),
    each: (service, actions, resource, context = {}) => actions.split(" ").map((action) => ask(`${service}:${action}`, resource, context)),
  };
}

const underPath = (what: string, own?: { readonly name: string; readonly iamPath?: string }) =>
  own?.iamPath === undefined ? what : what.replace(new RegExp(`^(role|policy|instance-profile)/(?=(?:github-)?${own.name}-)`), `$1${own.iamPath}`);

type Tags = Readonly<Record<string, string>>;
const onTags = (side: string, tags: Tags) => Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:${side}Tag/${key}`, value]));
/** What a request says when it sets tags, and when what it is about has tags. */
export const asking = (tags: Tags): Request["context"] => ({ ...onTags("Request", tags), "aws:TagKeys": Object.keys(tags) });
export const having = (tags: Tags): Request["context"] => onTags("Resource", tags);
