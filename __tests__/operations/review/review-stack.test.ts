import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ASPECTS } from "../../../operations/review/meaning/meaning";
import { forReader } from "../../../operations/review/terminal";
import { markdownOf, planCase, reviewsOf } from "../../support/plans";

/** Title, and in brackets how, of every warning in each real plan; notes begin with `note:`. Which stacks refuse the change. */
const WARNINGS: Readonly<Record<string, readonly string[]>> = {
  "ARC handed over": ["ARC's controller goes"],
  "ARC upgraded": ["refused: addons"],
  "NAT in each zone": ["Egress address changes"],
  "VPC left": [
    "refused: network",
    "Nodes that no longer fit are replaced (subnet-0b8a875d39af6c118)",
  ],
  "a fleet of a second organisation": [],
  "a fleet of another organisation": [
    "Runners register elsewhere (githubConfigUrl https://github.com/acme to https://github.com/acme-tools)",
    "Secret read from elsewhere (github of main: dagger-ci/github to tools/github)",
    "note: Secret read from elsewhere (github of labs: labs/github to labs/app)",
    "note: Secret written again (revision 1 to 2)",
  ],
  "another AMI": ["Every node is replaced (amiSelectorTerms al2023@v20260930 to al2023@v20261015)"],
  "another VPC range": ["refused: network"],
  "another key": ["refused: cluster"],
  "another organisation": ["Runners register elsewhere (githubConfigUrl https://github.com/acme to https://github.com/acme-labs)"],
  "another service range": ["refused: cluster"],
  architecture: [
    "Every node is replaced (kubernetes.io/arch amd64 to arm64)",
    "Engine restarts with runners on",
  ],
  "autoscaled to persistent": [
    "Node pool goes",
    "Engine restarts with runners on",
  ],
  "boundary gone": [
    "Roles are bounded otherwise (arn:aws:iam::111122223333:policy/bound to none)",
    "Roles are bounded otherwise (arn:aws:iam::111122223333:policy/bound to none)",
  ],
  "chart mirror": [],
  "cost bounds": [
    "note: Cost bound (256 to 1024 vCPUs at once)",
    "note: Idle nodes go sooner (10m to 1m)",
    "note: Runners that wait for jobs (0 to 1)",
    "note: Cost bound (10 to 40 jobs at once)",
    "note: Cost bound (10 to 5 jobs at once)",
  ],
  "cut shorter": [
    "Long jobs are cut (7h to 90m)",
    "Every node is replaced (template.spec.terminationGracePeriod 7h to 90m)",
    "Caches get smaller (260 to 100 GB)",
    "Pipelines lose rights",
    "Engine restarts with runners on",
  ],
  "done by hand": [
    "By hand: public endpoint widened",
    "Release deleted by hand",
  ],
  "engine setting": ["Engine restarts with runners on"],
  "engine upgraded by a new fleet": [],
  "engine upgraded in place": ["Engine restarts with runners on (0.21.8 to 0.21.9)"],
  evidence: [
    "Flow logs stop",
    "Logs deleted (/aws/vpc/dagger-ci/flow-logs)",
    "Logs kept shorter (90 to 7 days)",
    "Control-plane logs stop (api, authenticator)",
  ],
  "extended support": ["note: Extended support"],
  "fewer zones": [
    "refused: network",
    "Nodes that no longer fit are replaced (subnet-0b8a875d39af6c118)",
  ],
  "first deploy": [],
  "fleet renamed": [
    "Fleet main goes",
    "`runs-on` vanishes",
  ],
  "jobs get a role": ["Pods get an AWS role"],
  "karpenter handed over": [
    "Controller loses its rights (karpenter)",
    "Karpenter goes",
    "note: Karpenter's CRDs are left",
  ],
  "karpenter upgraded": ["note: Karpenter changes its version (1.13.0 to 1.14.1)", "note: Karpenter may replace every node (1.13.0 to 1.14.1)"],
  "kubernetes by two": ["EKS refuses this version"],
  "kubernetes upgrade": ["Kubernetes goes up (1.34 to 1.35)"],
  "locked out": [
    "Kubernetes API closes (203.0.113.0/24)",
    "Locked out (arn:aws:iam::111122223333:role/platform)",
  ],
  "more rights": [
    "Policy allows more",
    "Role gets one more policy",
  ],
  "more who get in": [
    "EKS add-on is switched off (aws-ebs-csi-driver)",
    "Policy allows more",
    "More rights in the cluster",
  ],
  "moved by AWS": [],
  "namespace changed": ["Fleet moves to another namespace (dagger-main to other)"],
  "no NAT": ["No way out"],
  "no change": [],
  "nodes that roll": [
    "note: Support nodes roll (launch_template)",
    "Every node is replaced (template.spec.expireAfter 168h to 72h; blockDeviceMappings, tags)",
  ],
  "nodes that stay": [
    "note: Cost bound (256 to 512 vCPUs at once)",
    "note: Idle nodes stay longer (10m to 30m)",
  ],
  "one zone more": [],
  "order of sizes": [],
  "other pods": [
    "Jobs get tighter limits (runner memory 16Gi to 8Gi, runner cpu none to 4)",
    "Jobs get other volumes (configMap ci-settings)",
    "Jobs lose volumes (secret old-tokens)",
    "note: Runner pods are made otherwise (template.metadata.labels, template.spec.initContainers, template.spec.dnsConfig)",
  ],
  "other pods of deployments": [
    "Jobs lose volumes (configMap ci-settings)",
    "note: Jobs get wider limits (runner memory 16Gi to none)",
    "note: Runner pods are made otherwise (template.spec.dnsPolicy)",
  ],
  "permissions boundary": [
    "note: Roles are bounded (arn:aws:iam::111122223333:policy/bound)",
    "note: Roles are bounded (arn:aws:iam::111122223333:policy/bound)",
  ],
  "persistent nodes fewer": [
    "note: Support nodes roll (launch_template)",
    "Persistent nodes roll (launch_template)",
    "Fewer persistent nodes (2 to 1 nodes)",
  ],
  "persistent nodes": ["refused: dagger"],
  "protection off": ["Deletion protection off"],
  "public endpoint widened": [
    "Kubernetes API closes (203.0.113.0/24)",
    "Public endpoint widened",
  ],
  "public endpoint": ["Public endpoint widened"],
  "runner sizes": ["`runs-on` vanishes"],
  "runs-on moved": [
    "Fleet main goes",
    "`runs-on` moves",
  ],
  "secret from elsewhere": ["Secret read from elsewhere (github: dagger-ci/github to teams/github)"],
  "secret renewed": ["note: Secret written again (revision 1 to 2)"],
  "seeds become useless": [
    "Every node is replaced (kubernetes.io/arch amd64 to arm64)",
    "Engine restarts with runners on (0.21.9 to 0.21.8)",
    "Seeds of main become useless (0.21.9 to 0.21.8, amd64 to arm64)",
  ],
  "seeds begin": [
    "note: Caches go to S3",
    "Every node is replaced (template.spec.startupTaints)",
    "Engine restarts with runners on",
  ],
  "seeds end": [
    "Seeds are lost",
    "Every node is replaced (template.spec.startupTaints)",
    "Fleet has no seeds any more (dagger-main)",
    "Engine restarts with runners on",
  ],
  "seeds kept otherwise": [
    "note: Seeds are encrypted otherwise (rule)",
    "note: Seeds expire at another time (rule 75 to 90)",
    "Policy allows more",
  ],
  "size renamed": ["Destroyed and made at once"],
  spot: ["Spot interruptions kill jobs (on-demand to on-demand, spot)"],
  "summerwind off": [
    "Summerwind's controller goes",
    "cert-manager goes",
    "Runner deployment goes",
  ],
  "support nodes": ["Support nodes go (forced by instance_types)"],
  "watched no more": ["Alerts stop"],
};

test("every plan is judged", () => {
  const files = readdirSync(join(__dirname, "../../plans")).map((file) => file.replace(".json", "").replaceAll("-", " "));
  expect(files.sort()).toEqual(Object.keys(WARNINGS).map((name) => name.replaceAll("-", " ")).sort());
});

test.each(Object.entries(WARNINGS))("the warnings of: %s", (name, expected) => {
  const reviews = reviewsOf(planCase(name));
  const refused = reviews.filter(({ result }) => result.outcome === "failed").map(({ result }) => `refused: ${result.stack}`);
  const told = reviews.flatMap(({ flags }) => flags.map(({ title, how, weight }) => `${weight === "note" ? "note: " : ""}${title}${how === undefined ? "" : ` (${how})`}`));
  expect([...refused, ...told]).toEqual(expected);
});

const reviews = Object.keys(WARNINGS).map((name) => ({ name, reviews: reviewsOf(planCase(name)) }));
/** What a caution may be about; cost alone is none. */
const LOSSES = ASPECTS.filter((aspect) => aspect !== "cost");

test.each(reviews)("each caution names what is lost, and each warning what it means, in the text of: $name", ({ reviews }) => {
  const text = forReader(markdownOf(reviews), { isTerminal: true, colours: false });
  for (const { title, weight, means } of reviews.flatMap(({ flags }) => flags)) {
    const told = ASPECTS.flatMap((aspect) => (means[aspect] === undefined ? [] : [`${aspect}: ${means[aspect]}`]));
    expect({ title, means: told }).not.toEqual({ title, means: [] });
    if (weight === undefined) expect(LOSSES.filter((aspect) => means[aspect])).not.toEqual([]);
    for (const part of told) expect(text).toContain(part.replaceAll("`", ""));
  }
});

test("a cost bound names old and new", () => {
  const bounds = reviews.flatMap(({ reviews }) => reviews.flatMap(({ flags }) => flags)).filter(({ title }) => title === "Cost bound");
  expect(bounds.length).toBeGreaterThan(3);
  for (const { how } of bounds) expect(how).toMatch(/^\d+ to \d+ /);
});
