import { escapeXml } from "../graph/svg-text";
import { DARK, LIGHT } from "./colours";
import { momentOf, OWNERS, type Owner } from "./moments";
import type { Segment } from "./path";
import { slowest, spreads, totals, type Spread, type Timeline } from "./timelines";
import { endOf, nameOf, pullText, span, totalText, utc } from "./words";

/** Jobs as a page of its own: one file, without anything from elsewhere; light or dark as its reader prefers. */
export function timelinesPage(all: readonly Timeline[], now: number): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>From queued to first step: ${jobsText(all.length)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>From queued to first step</h1>
<p class="lead">${leadText(all, now)}</p>
${[...(all.length === 1 ? [] : [totalCards(all)]), legend(), ...(all.length === 1 ? [] : [spreadTable(all)]), jobList(all)].join("\n")}
<p class="note">Kubernetes and GitHub tell times to the second. A segment is what a moment took after all before it were there; what was there already takes no time. What no object tells is not guessed: its time is in the segment that names it.</p>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

const jobsText = (count: number): string => (count === 1 ? "1 job" : `${count} jobs`);

function leadText(all: readonly Timeline[], now: number): string {
  const [first] = all;
  if (first === undefined) return `No job. Written on ${utc(now)} UTC.`;
  const waiting = all.filter(({ path }) => path.state === "waits").length;
  const still = waiting === 0 ? "" : ` ${waiting === 1 ? "1 of them waits" : `${waiting} of them wait`} still.`;
  return `${jobsText(all.length)}, ${all.length === 1 ? "which began" : "the first of which began"} on ${utc(first.path.start)} UTC.${still} Written on ${utc(now)} UTC.`;
}

function totalCards(all: readonly Timeline[]): string {
  const total = totals(all);
  if (total === undefined) return "";
  const cards = ([["median", total.p50], ["90 % within", total.p90], ["99 % within", total.p99], ["longest", total.most]] as const).map(
    ([title, seconds]) => `<div><dt>${title}</dt><dd>${span(seconds)}</dd></div>`,
  );
  return `<dl class="cards">${cards.join("")}</dl>`;
}

const legend = (): string => `<ul class="legend" aria-label="Whose time a colour is">${OWNERS.map((owner) => `<li><i class="${classOf(owner)}"></i>${owner}</li>`).join("")}</ul>`;

function spreadTable(all: readonly Timeline[]): string {
  const rows = spreads(all);
  if (rows.length === 0) return "";
  const widest = Math.max(1, ...rows.map(({ p90 }) => p90));
  const slow = rows.reduce((most, row) => (row.p90 > most.p90 ? row : most));
  const cells = ({ jobs, p50, p90, p99, most }: Spread) => [String(jobs), ...[p50, p90, p99, most].map(span)].map((text) => `<td>${text}</td>`).join("");
  const body = rows.map((row) => {
    const bar = `<span class="spread ${classOf(row.owner)}" style="width:${percent(row.p90 / widest)}"><b style="width:${percent(row.p90 === 0 ? 0 : row.p50 / row.p90)}"></b></span>`;
    return `<tr${row === slow ? ' class="slowest"' : ""}><th scope="row">${momentOf(row.until).title}${row === slow ? " <em>slowest</em>" : ""}</th><td class="owner">${row.owner}</td>${cells(row)}<td class="bar" aria-hidden="true">${bar}</td></tr>`;
  });
  const total = totals(all)!;
  return `<section><h2>Segments</h2><div class="scroll"><table class="segments"><caption>How long each took over the jobs that have begun; the bar ends at the 90th percentile, its dark part at the median.</caption>
<thead><tr><th scope="col">until</th><th scope="col">whose</th><th scope="col">jobs</th><th scope="col">p50</th><th scope="col">p90</th><th scope="col">p99</th><th scope="col">most</th><td></td></tr></thead>
<tbody>${body.join("\n")}</tbody>
<tfoot><tr><th scope="row">total</th><td></td>${cells(total)}<td></td></tr></tfoot></table></div></section>`;
}

function jobList(all: readonly Timeline[]): string {
  if (all.length === 0) return "";
  // A job that waits for hours would leave nothing to see of the others: what is longer than they is cut.
  const longest = totals(all)?.most ?? Math.max(...all.map(({ path }) => path.seconds));
  const controls =
    all.length === 1
      ? ""
      : '<p class="controls" hidden><label>Show <input type="search" placeholder="job, set, node, runner"></label><label>Order <select><option value="start">as they began</option><option value="seconds">longest first</option></select></label></p>';
  return `<section><h2>Jobs</h2>${controls}<div class="jobs">${all.map((one) => jobRow(one, longest, all.length === 1)).join("\n")}</div></section>`;
}

function jobRow({ job, path }: Timeline, longest: number, open: boolean): string {
  const most = slowest(path);
  const bar = path.segments.filter(({ seconds }) => seconds > 0).map((segment) => barPart(segment, path.seconds));
  const where = [job.set, job.runner, job.node, job.instanceType].filter((part) => part !== undefined).map(escapeXml);
  const words = [nameOf(job), ...where].join(" ").toLowerCase();
  const label = `${nameOf(job)}: ${totalText(path)}${most === undefined ? "" : `, slowest ${momentOf(most.until).title} ${span(most.seconds)}`}`;
  return `<details data-start="${path.start}" data-seconds="${path.seconds}" data-words="${escapeXml(words)}"${open ? " open" : ""}>
<summary aria-label="${escapeXml(label)}"><span class="name">${escapeXml(nameOf(job))}<small>${escapeXml(job.set)}</small></span><span class="track${path.seconds > longest ? " cut" : ""}"><span class="line" style="width:${percent(path.seconds / Math.max(1, longest))}">${bar.join("")}</span></span><span class="total${path.state === "waits" ? " waits" : ""}">${totalText(path)}</span></summary>
<p class="where">${where.join(" · ")} · began ${utc(path.start)} UTC</p>
<table class="moments"><thead><tr><th scope="col">UTC</th><th scope="col">took</th><th scope="col">until</th><th scope="col">whose</th></tr></thead><tbody>
<tr><td>${utc(path.start).slice(11)}</td><td></td><td>${momentOf(path.from).title}</td><td></td></tr>
${path.segments.map((segment) => momentRow(path, segment, segment === most)).join("\n")}
</tbody></table>
${lines([...job.pulls.map(pullText), ...path.notes])}</details>`;
}

function barPart(segment: Segment, total: number): string {
  const { owner, title } = momentOf(segment.until);
  const share = segment.seconds / total;
  const tip = `${title}${withText(segment)}: ${span(segment.seconds)}${segment.open ? " until now" : ""} · ${owner}`;
  return `<span class="part ${classOf(owner)}${segment.open ? " open" : ""}" style="width:${percent(share)}" data-tip="${escapeXml(tip)}"></span>`;
}

function momentRow(path: Timeline["path"], segment: Segment, isSlowest: boolean): string {
  const { owner, title } = momentOf(segment.until);
  return `<tr${isSlowest ? ' class="slowest"' : ""}><td>${segment.open ? "now" : utc(endOf(path, segment)).slice(11)}</td><td>${span(segment.seconds)}</td><td>${title}${withText(segment)}${segment.open ? ", still" : ""}${isSlowest ? " <em>slowest</em>" : ""}</td><td><i class="${classOf(owner)}"></i>${owner}</td></tr>`;
}

const withText = (segment: Segment): string => (segment.with.length === 0 ? "" : ` (with ${segment.with.map((id) => momentOf(id).title).join(", ")})`);
const lines = (all: readonly string[]): string => (all.length === 0 ? "" : `<ul class="more">${all.map((line) => `<li>${escapeXml(line)}</li>`).join("")}</ul>`);
const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;
const classOf = (owner: Owner): string => `of-${owner.toLowerCase()}`;

const variables = (colours: typeof LIGHT): string => OWNERS.map((owner) => `--${classOf(owner)}:${colours[owner]}`).join(";");

const STYLE = `
:root{color-scheme:light dark;--page:#fff;--card:#f6f8fa;--line:#d1d9e0;--text:#1f2328;--faint:#59636e;--danger:#b3261e;--mark:#fff8c5;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{--page:#0d1117;--card:#151b23;--line:#3d444d;--text:#e6edf3;--faint:#9aa4ae;--danger:#ff7b72;--mark:#2d2a16;${variables(DARK)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1180px;margin:0 auto;padding:28px 24px 48px}
h1{font-size:26px;margin:0}h2{font-size:18px;margin:32px 0 8px}
.lead,.note,caption,.where{color:var(--faint)}.lead{margin:4px 0 20px}.note{margin-top:28px;font-size:13px}
.cards{display:flex;flex-wrap:wrap;gap:12px;margin:0 0 20px}.cards div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 18px;min-width:120px}
dt{color:var(--faint);font-size:13px}dd{margin:0;font-size:24px;font-weight:600;font-variant-numeric:tabular-nums}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:6px 18px;margin:0;padding:0}
i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:7px;vertical-align:-1px}
${OWNERS.map((owner) => `.${classOf(owner)}{background:var(--${classOf(owner)})}`).join("")}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;font-size:13px;padding-bottom:6px}
th,td{padding:5px 14px 5px 0;text-align:right;white-space:nowrap;font-weight:400;border-bottom:1px solid var(--line)}
th:first-child,.owner,.moments td,.moments th,thead th:nth-child(2){text-align:left}
thead th,tfoot th,tfoot td{color:var(--faint);font-size:13px}tfoot th,tfoot td{color:var(--text);font-size:15px;font-weight:600;border:0}
.segments{width:100%}.segments .bar{width:34%;padding-right:0}
.spread{display:block;height:12px;border-radius:3px;min-width:1px;opacity:.85;overflow:hidden}.spread b{display:block;height:100%;background:rgba(0,0,0,.38)}
em{font-style:normal;font-size:12px;border:1px solid var(--line);border-radius:10px;padding:0 7px;margin-left:6px;background:var(--mark)}
.slowest th,.slowest td{font-weight:600}
.controls{display:flex;flex-wrap:wrap;gap:8px 20px;margin:0 0 10px}.controls[hidden]{display:none}
input,select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:3px 8px;margin-left:6px}
details{border-bottom:1px solid var(--line)}
summary{display:grid;grid-template-columns:minmax(150px,300px) 1fr 92px;gap:16px;align-items:center;padding:6px 4px;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}.name::before{content:"›";position:absolute;margin-left:-14px;color:var(--faint)}details[open] .name::before{content:"⌄"}.name{padding-left:14px}summary:hover{background:var(--card)}
summary:focus-visible,input:focus-visible,select:focus-visible{outline:2px solid var(--of-karpenter);outline-offset:1px;border-radius:4px}
.name{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}small{display:block;color:var(--faint);font-size:12px;overflow:hidden;text-overflow:ellipsis}
.track{display:block}.track.cut{overflow-x:clip}.line{display:flex;gap:1px;height:20px;min-width:3px}
.part{position:relative;height:100%;min-width:2px}.part:first-child{border-radius:4px 0 0 4px}.part:last-child{border-radius:0 4px 4px 0}
.part.open{background-image:repeating-linear-gradient(45deg,transparent 0 5px,rgba(255,255,255,.4) 5px 10px)}
.part:hover{z-index:1;filter:brightness(1.12)}
.part:hover::after{content:attr(data-tip);position:absolute;left:50%;bottom:26px;transform:translateX(-50%);padding:4px 10px;border-radius:6px;background:var(--text);color:var(--page);font-size:13px;white-space:nowrap;pointer-events:none}
.total{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.total.waits{color:var(--danger)}
.where{margin:4px 4px 8px;font-size:13px;overflow-wrap:anywhere}.moments{margin:0 4px 10px}.more{margin:0 4px 12px;padding-left:18px;font-size:13px;overflow-wrap:anywhere}
@media (max-width:720px){main{padding:20px 14px}summary{grid-template-columns:1fr auto;gap:2px 10px}.track{grid-column:1/-1;grid-row:2}.segments .bar,.segments thead td{display:none}}
@media print{details{break-inside:avoid}}
`;

/** Filter and order; without scripts the list is as it is. */
const SCRIPT = `
const controls=document.querySelector(".controls"),list=document.querySelector(".jobs");
if(controls){
const jobs=[...list.children],input=controls.querySelector("input"),select=controls.querySelector("select");
controls.hidden=false;
input.oninput=()=>{const words=input.value.toLowerCase().split(/\\s+/);for(const job of jobs)job.hidden=!words.every(word=>job.dataset.words.includes(word))};
select.onchange=()=>{const key=select.value,sign=key==="seconds"?-1:1;list.append(...jobs.toSorted((a,b)=>sign*(a.dataset[key]-b.dataset[key])))};
}
`;
