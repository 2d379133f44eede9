#!/usr/bin/env node
// What workflows say on GitHub, each thing in one place that is written over, never twice. Uses GITHUB_TOKEN,
// GITHUB_REPOSITORY and GITHUB_API_URL, and says of which DAGGER_CI_CONFIG it is.
//
//   sticky comments NUMBER FOLDER        one comment of the pull request for each FOLDER/<stack>.md
//   sticky reviewed COMMIT STACK FILE    says whether the fingerprint in FILE is that of the plan in the comment of the
//                                        pull request that COMMIT came with
//   sticky issue TITLE FILE              opens or updates the one open issue with this title; closes it without FILE
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const { DAGGER_CI_CONFIG = "", GITHUB_API_URL = "https://api.github.com", GITHUB_REPOSITORY, GITHUB_TOKEN } = process.env;
// Installations of one repository do not write over each other's; that of dagger-ci.yaml has no name here.
const OF = DAGGER_CI_CONFIG === "" ? "" : ` of ${DAGGER_CI_CONFIG}`;
const named = (text) => (OF === "" ? text : text.replace(/^(<!-- .*?) -->/, `$1${OF} -->`).replace(/^(### `\w+`)/m, `$1${OF}`));
const AUTHOR = "github-actions[bot]";

async function call(method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${GITHUB_TOKEN}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

async function all(path) {
  const items = [];
  for (let page = 1; ; page++) {
    const part = await call("GET", `${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`);
    items.push(...part);
    if (part.length < 100) return items;
  }
}

// Anybody can write the marker into a comment; only the workflow's own comments count.
const own = ({ user }) => user?.login === AUTHOR;
const firstLine = (text) => text.split("\n", 1)[0];

const commands = {
  async comments(number, folder) {
    const known = (await all(`issues/${number}/comments`)).filter(own);
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".md")).sort()) {
      const text = readFileSync(join(folder, file), "utf8");
      const body = named(text);
      const mine = known.find((comment) => firstLine(comment.body) === firstLine(body));
      const unchanged = /^### `\w+`: no changes\s*$/m.test(text);
      if (mine && mine.body.trim() === body.trim()) console.log(`${file}: as before`);
      else if (mine) {
        await call("PATCH", `issues/comments/${mine.id}`, { body });
        console.log(`${file}: updated`);
      } else if (unchanged) console.log(`${file}: nothing to say`);
      else {
        await call("POST", `issues/${number}/comments`, { body });
        console.log(`${file}: new`);
      }
    }
  },

  async reviewed(commit, stack, file) {
    const fingerprint = readFileSync(file, "utf8").trim();
    const [pull] = await call("GET", `commits/${commit}/pulls`);
    if (!pull) return console.log("**No pull request brought this commit: read the plan.**\n");
    const comments = (await all(`issues/${pull.number}/comments`)).filter(own);
    const comment = comments.find(({ body }) => firstLine(body) === named(`<!-- dagger-on-eks plan of ${stack} -->`));
    const same = fingerprint !== "" && comment?.body.includes(`<!-- fingerprint ${fingerprint} -->`);
    console.log(same ? `This is the plan that was reviewed in #${pull.number}.\n` : `**This is not the plan of #${pull.number}: something moved since. Read it again.**\n`);
  },

  async issue(name, file) {
    const title = `${name}${OF}`;
    const body = file !== undefined && existsSync(file) ? readFileSync(file, "utf8") : undefined;
    const known = (await all("issues?state=open")).find((issue) => issue.title === title && own(issue) && !issue.pull_request);
    if (body === undefined) {
      if (known) await call("PATCH", `issues/${known.number}`, { state: "closed", state_reason: "completed" });
      console.log(known ? `closed #${known.number}` : "no issue to close");
    } else if (known) {
      await call("PATCH", `issues/${known.number}`, { body });
      console.log(`updated #${known.number}`);
    } else {
      console.log(`opened #${(await call("POST", "issues", { title, body })).number}`);
    }
  },
};

const [command, ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, command ?? "")) throw new Error("usage: sticky comments|reviewed|issue …");
await commands[command](...args);
