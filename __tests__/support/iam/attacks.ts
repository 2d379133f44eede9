import type { Request } from "./evaluate";
import { asking, having, words } from "./requests";
import { ACCOUNT, KEY_ID } from "./stacks";

export type Attack = readonly [label: string, request: Request];
interface Setting {
  readonly region: string;
  readonly name: string;
  readonly cluster: string;
  readonly ownCluster: boolean;
  readonly bucket: string;
  readonly prefix: string;
  readonly secret: string;
  readonly boundary: string;
  readonly iamPath: string;
}
export const FOREIGN_KEY = "99999999-8888-7777-6666-555555555555";

/** What a thief of the plan role or the deploy role might try. */
export function deliveryAttacks({ region, name, cluster, ownCluster, bucket, prefix, secret, boundary, iamPath }: Setting): { readonly plan: Attack[]; readonly deploy: Attack[] } {
  const { arn, ec2, iam, ask } = words(region, { name, iamPath });
  const elsewhere = words(region === "eu-north-1" ? "eu-west-3" : "eu-north-1");
  const s3 = (action: string, key = "", context = {}) => ask(`s3:${action}`, `arn:aws:s3:::${bucket}${key && `/${key}`}`, context);
  const role = (roleName: string) => iam(`role/${roleName}`);
  const pass = (roleName: string, service: string) => ask("iam:PassRole", role(roleName), { "iam:PassedToService": `${service}.amazonaws.com` });
  const tag = { "dagger-ci/installation": name };
  const all = { ...tag, "dagger-ci/stack": "cluster", Name: name };
  const payroll = having({ team: "payroll" });
  const neighbour = having({ "dagger-ci/installation": `${name}-2` });
  const foreignKey = arn("kms", `key/${FOREIGN_KEY}`);
  const bounded = { "iam:PermissionsBoundary": boundary };
  const secretArn = (it: string) => arn("secretsmanager", `secret:${it}-AbCdEf`);
  const plan: Attack[] = [
    ["the bootstrap stack's state", s3("GetObject", "bootstrap.tfstate")],
    ["another installation's state", s3("GetObject", "payroll/cluster.tfstate")],
    ["a state in a like-named prefix", s3("GetObject", `${prefix}-2/cluster.tfstate`)],
    ["the whole bucket's list", s3("ListBucket", "", { "s3:prefix": "" })],
    ["another prefix's list", s3("ListBucket", "", { "s3:prefix": "payroll/" })],
    ["write a state", s3("PutObject", `${prefix}/cluster.tfstate`)],
    ["take a lock", s3("PutObject", `${prefix}/cluster.tfstate.tflock`)],
    ["break a lock", s3("DeleteObject", `${prefix}/cluster.tfstate.tflock`)],
    ["an old version of a state", s3("GetObjectVersion", `${prefix}/cluster.tfstate`)],
    ["open the bucket", s3("PutBucketPolicy")],
    ["another secret", ask("secretsmanager:GetSecretValue", secretArn("prod/db"))],
    ["a secret whose name goes on", ask("secretsmanager:GetSecretValue", secretArn(`${secret}-admin`))],
    ["its namesake in another region", elsewhere.ask("secretsmanager:GetSecretValue", elsewhere.arn("secretsmanager", `secret:${secret}-AbCdEf`))],
    ["change the secret", ask("secretsmanager:PutSecretValue", secretArn(secret))],
    ["list secrets", ask("secretsmanager:ListSecrets", "*")],
    ["a parameter", ask("ssm:GetParameter", arn("ssm", "parameter/prod/db"))],
    ["a log", ask("logs:GetLogEvents", arn("logs", `log-group:/aws/eks/${name}/cluster:log-stream:x`))],
    ["search a log", ask("logs:FilterLogEvents", arn("logs", `log-group:/aws/eks/${name}/cluster`))],
    ["the queue's messages", ask("sqs:ReceiveMessage", arn("sqs", `${name}-karpenter`))],
    ["decrypt with the cluster's key", ask("kms:Decrypt", arn("kms", `key/${KEY_ID}`), having(tag))],
    ["grant the cluster's key", ask("kms:CreateGrant", arn("kms", `key/${KEY_ID}`), { ...having(tag), "kms:GrantIsForAWSResource": "true" })],
    ["the deploy role", ask("sts:AssumeRole", role(`github-${name}-deploy`))],
    ["an administrator's role", ask("sts:AssumeRole", role("admin"))],
    ["a policy on itself", ask("iam:PutRolePolicy", role(`github-${name}-plan`))],
    ["a role", ask("iam:CreateRole", role(`${name}-cluster`), bounded)],
    ["an access key", ask("iam:CreateAccessKey", iam("user/somebody"))],
    ["pass a role", pass(`${name}-karpenter`, "ec2")],
    ["launch an instance", ask("ec2:RunInstances", ec2("instance"))],
    ["open a security group", ask("ec2:AuthorizeSecurityGroupIngress", ec2("security-group"), having(tag))],
    ["tag something", ask("ec2:CreateTags", ec2("instance"))],
    ["a console", ask("ec2:GetConsoleOutput", ec2("instance"))],
    ["a Windows password", ask("ec2:GetPasswordData", ec2("instance"))],
    ["user data of an instance", ask("ec2:DescribeInstanceAttribute", ec2("instance"))],
    ["instances", ask("ec2:DescribeInstances", "*")],
    ["keys of VPN connections", ask("ec2:DescribeVpnConnections", "*")],
    ["spot fleets' user data", ask("ec2:DescribeSpotFleetRequests", "*")],
    ["the network of another region", elsewhere.ask("ec2:DescribeVpcs", "*")],
    ["every authorisation of the account", ask("iam:GetAccountAuthorizationDetails", "*")],
    ["the credential report", ask("iam:GetCredentialReport", "*")],
    ["another role", ask("iam:GetRole", role("admin"))],
    ["another cluster", ask("eks:DescribeCluster", arn("eks", "cluster/payroll"))],
    ["another queue", ask("sqs:GetQueueAttributes", arn("sqs", "payroll"))],
    ["an access entry", ask("eks:CreateAccessEntry", arn("eks", `cluster/${cluster}`))],
    ["Kubernetes through the console", ask("eks:AccessKubernetesApi", arn("eks", `cluster/${cluster}`))],
    ["an image", ask("ecr:BatchGetImage", arn("ecr", "repository/app"))],
    ["a function's code", ask("lambda:GetFunction", arn("lambda", "function:app"))],
  ];
  const deploy: Attack[] = [
    ["another installation's state", s3("GetObject", "payroll/cluster.tfstate")],
    ["write another installation's state", s3("PutObject", "payroll/cluster.tfstate")],
    ["write the bootstrap stack's state", s3("PutObject", "bootstrap.tfstate")],
    ["delete a state", s3("DeleteObject", `${prefix}/cluster.tfstate`)],
    ["delete an old version", s3("DeleteObjectVersion", `${prefix}/cluster.tfstate`)],
    ["stop versioning", s3("PutBucketVersioning")],
    ["another secret", ask("secretsmanager:GetSecretValue", secretArn("prod/db"))],
    ["change the secret", ask("secretsmanager:PutSecretValue", secretArn(secret))],
    ...["deploy", "plan"].flatMap((which): Attack[] => [
      [`a policy on the ${which} role`, ask("iam:PutRolePolicy", role(`github-${name}-${which}`), bounded)],
      [`the trust of the ${which} role`, ask("iam:UpdateAssumeRolePolicy", role(`github-${name}-${which}`), bounded)],
    ]),
    ["its own policy", ask("iam:CreatePolicyVersion", iam(`policy/github-${name}-deploy-cluster`))],
    ["the boundary", ask("iam:CreatePolicyVersion", iam(`policy/github-${name}-boundary`))],
    ["take a role's boundary away", ask("iam:DeleteRolePermissionsBoundary", role(`${name}-karpenter`), bounded)],
    ["GitHub's provider", ask("iam:AddClientIDToOpenIDConnectProvider", iam("oidc-provider/token.actions.githubusercontent.com"))],
    ["a role without a boundary", ask("iam:CreateRole", role(`${name}-cluster`))],
    ["a role with another boundary", ask("iam:CreateRole", role(`${name}-cluster`), { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" })],
    ["a policy on a role without a boundary", ask("iam:PutRolePolicy", role(`${name}-cluster`))],
    ["a role of a name of its own", ask("iam:CreateRole", role(`${name}-x`), bounded)],
    ["another team's role", ask("iam:PutRolePolicy", role("payroll-app"))],
    ["a role of the installation that is named after this one", ask("iam:PutRolePolicy", role(`${name}-2-karpenter`), bounded)],
    ["a node's role of that one", ask("iam:UpdateAssumeRolePolicy", role(`${name}-2-runner-node`), { ...neighbour, "iam:PermissionsBoundary": `${boundary}-2` })],
    ["its tags", ask("iam:TagRole", role(`${name}-2-runner-node`), neighbour)],
    ...["AdministratorAccess", "IAMFullAccess", "PowerUserAccess", "AmazonEC2FullAccess", "AmazonS3FullAccess"].map((it): Attack => [
      `attach ${it}`,
      ask("iam:AttachRolePolicy", role(`${name}-karpenter`), { ...bounded, "iam:PolicyARN": `arn:aws:iam::aws:policy/${it}` }),
    ]),
    ["attach somebody's policy", ask("iam:AttachRolePolicy", role(`${name}-karpenter`), { ...bounded, "iam:PolicyARN": iam("policy/payroll-admin") })],
    ["a user", ask("iam:CreateUser", iam(`user/${name}-x`))],
    ["an access key", ask("iam:CreateAccessKey", iam("user/somebody"))],
    ["pass an administrator's role", pass("admin", "ec2")],
    ["pass the deploy role", pass(`github-${name}-deploy`, "ec2")],
    ["pass its own to Lambda", pass(`${name}-karpenter`, "lambda")],
    ["pass its own to CloudFormation", pass(`${name}-karpenter`, "cloudformation")],
    ["an administrator's role", ask("sts:AssumeRole", role("admin"))],
    ["a role of another service", ask("iam:CreateServiceLinkedRole", iam("role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM"))],
    ["delete another cluster", ask("eks:DeleteCluster", arn("eks", "cluster/payroll"))],
    ["enter another cluster", ask("eks:CreateAccessEntry", arn("eks", "cluster/payroll"))],
    ["another cluster's nodes", ask("eks:DeleteNodegroup", arn("eks", "nodegroup/payroll/app/0"))],
    ["a cluster in another region", elsewhere.ask("eks:CreateCluster", "*", asking(tag))],
    ["a VPC of another region", elsewhere.ask("ec2:DeleteVpc", elsewhere.ec2("vpc"), having(tag))],
    ["another team's log", ask("logs:DeleteLogGroup", arn("logs", "log-group:/aws/lambda/payroll"))],
    ["the log of a like-named cluster", ask("logs:DeleteLogGroup", arn("logs", `log-group:/aws/eks/${name}-2/cluster`))],
    ["read a log", ask("logs:GetLogEvents", arn("logs", `log-group:/aws/eks/${name}/cluster:log-stream:x`))],
    ["another queue", ask("sqs:DeleteQueue", arn("sqs", "orders"))],
    ["the queue's messages", ask("sqs:ReceiveMessage", arn("sqs", `${name}-karpenter`))],
    ["another rule", ask("events:PutTargets", arn("events", "rule/payroll-nightly"), { "events:TargetArn": [arn("sqs", `${name}-karpenter`)] })],
    ["its own rule to another target", ask("events:PutTargets", arn("events", `rule/${name}-karpenter-spot`), { "events:TargetArn": [arn("lambda", "function:x")] })],
    ...["PutKeyPolicy", "ScheduleKeyDeletion", "CreateGrant", "Decrypt", "CreateAlias"].map((action): Attack => [`another key: ${action}`, ask(`kms:${action}`, foreignKey, action === "CreateGrant" ? { "kms:GrantIsForAWSResource": "true" } : {})]),
    ["another installation's key", ask("kms:ScheduleKeyDeletion", foreignKey, neighbour)],
    ["take over a key by tagging it", ask("kms:TagResource", foreignKey, asking(all))],
    ["the policy of its own key", ask("kms:PutKeyPolicy", arn("kms", `key/${KEY_ID}`), having(tag))],
    ["decrypt with its own key", ask("kms:Decrypt", arn("kms", `key/${KEY_ID}`), having(tag))],
    ["grant its own key to a person", ask("kms:CreateGrant", arn("kms", `key/${KEY_ID}`), having(tag))],
    ...[
      ...["TerminateInstances instance", "StopInstances instance", "ModifyInstanceAttribute instance", "AssociateIamInstanceProfile instance"],
      ...["CreateReplaceRootVolumeTask instance", "CreateSnapshot volume", "DeleteVolume volume", "DeleteSnapshot snapshot"],
      ...["AuthorizeSecurityGroupIngress security-group", "DeleteVpc vpc", "ReplaceRoute route-table", "DeleteTags instance", "CreateSubnet vpc"],
      ...["CreateVpcEndpoint vpc", "DetachInternetGateway internet-gateway", "ReleaseAddress elastic-ip", "RevokeSecurityGroupIngress security-group"],
    ].map((it): Attack => {
      const [action = "", kind = ""] = it.split(" ");
      return [`anybody's ${kind}: ${action}`, ask(`ec2:${action}`, ec2(kind), { ...payroll, "aws:ResourceTag/Name": "payroll" })];
    }),
    ["share a snapshot", ask("ec2:ModifySnapshotAttribute", ec2("snapshot"), { "ec2:Attribute/UserId": "999999999999" })],
    ["a VPC peering", ask("ec2:CreateVpcPeeringConnection", ec2("vpc-peering-connection"), asking(tag))],
    ["a key pair", ask("ec2:CreateKeyPair", ec2("key-pair"), asking(tag))],
    ["an instance connect endpoint", ask("ec2:CreateInstanceConnectEndpoint", ec2("instance-connect-endpoint"), asking(tag))],
    ["a VPC that is not said to be the installation's", ask("ec2:CreateVpc", ec2("vpc"))],
    ["anybody's instance as Karpenter's", ask("ec2:CreateTags", ec2("instance"), { ...payroll, ...asking({ [`kubernetes.io/cluster/${cluster}`]: "owned" }) })],
    ["anybody's group as its own", ask("ec2:CreateTags", ec2("security-group"), { ...payroll, ...asking(all) })],
    ["a named group as unused", ask("ec2:CreateTags", ec2("security-group"), { ...having({ Name: "payroll" }), ...asking({ ...tag, Name: `${name}-unused` }) })],
    ["a rule in a group that it took as unused", ask("ec2:AuthorizeSecurityGroupIngress", ec2("security-group"), having({ ...tag, Name: `${name}-unused` }))],
    ["another name for such a group", ask("ec2:CreateTags", ec2("security-group"), { ...having({ ...tag, Name: `${name}-unused` }), ...asking({ Name: "x" }) })],
    ["another neighbour's VPC", ask("ec2:DeleteVpc", ec2("vpc"), neighbour)],
  ];
  return { plan, deploy: ownCluster ? deploy : [...deploy, ...guestAttacks(region, name, cluster, iamPath)] };
}

/** What the deploy role must not do to a cluster of others. */
function guestAttacks(region: string, name: string, cluster: string, iamPath: string): Attack[] {
  const { arn, iam, ask } = words(region, { name, iamPath });
  const it = arn("eks", `cluster/${cluster}`);
  const part = (rest: string) => arn("eks", rest.replace("/", `/${cluster}/`));
  const tag = { "dagger-ci/installation": name };
  const entry = { ...asking(tag), "eks:accessEntryType": "EC2_LINUX", "eks:principalArn": iam(`role/${name}-runner-node`) };
  return [
    ...["DeleteCluster", "UpdateClusterConfig", "UpdateClusterVersion", "TagResource", "AssociateEncryptionConfig"].map((action): Attack => [`the cluster: ${action}`, ask(`eks:${action}`, it, asking(tag))]),
    ...["DeleteNodegroup nodegroup/payroll/0", "DeleteAddon addon/vpc-cni/0", "UpdateAddon addon/vpc-cni/0", `DeleteAccessEntry access-entry/role/${ACCOUNT}/x/0`, "DeletePodIdentityAssociation podidentityassociation/a-0"].map((text): Attack => {
      const [action = "", rest = ""] = text.split(" ");
      return [`a part of the cluster: ${text}`, ask(`eks:${action}`, part(rest))];
    }),
    ["take over an access entry by tagging it", ask("eks:TagResource", part(`access-entry/role/${ACCOUNT}/admin/0`), asking(tag))],
    ["take over a node group by tagging it", ask("eks:TagResource", part("nodegroup/payroll/0"), asking(tag))],
    ["an administrator of the cluster", ask("eks:AssociateAccessPolicy", part(`access-entry/role/${ACCOUNT}/${name}-runner-node/0`), having(tag))],
    ["let somebody in", ask("eks:CreateAccessEntry", it, { ...entry, "eks:principalArn": iam("role/evil") })],
    ["let its own in as a person", ask("eks:CreateAccessEntry", it, { ...entry, "eks:accessEntryType": "STANDARD" })],
    ["let its own in with a group", ask("eks:CreateAccessEntry", it, { ...entry, "eks:kubernetesGroups": ["admins"] })],
    ["let its own in by another name", ask("eks:CreateAccessEntry", it, { ...entry, "eks:username": "admin" })],
  ];
}
