import { z } from "zod";
import { text } from "./text";

/** Letters, digits and single inner hyphens, at most 39; a managed user has its enterprise's short code behind. */
const OWNER = /^(?=.{1,39}$)[A-Za-z0-9](?:-?[A-Za-z0-9])*(?:_[A-Za-z0-9]+)?$/;
const ORGANIZATION = /^(?=.{1,39}$)[A-Za-z0-9](?:-?[A-Za-z0-9])*$/;
const REPOSITORY = /^(?!\.{1,2}$)(?!.*\.(?:git|wiki)$)[A-Za-z0-9._-]{1,100}$/i;

export const organization = () => text("a GitHub organisation, such as acme: its name, without https://", ORGANIZATION);
export const enterprise = () => text("the slug of a GitHub enterprise, such as acme-corp", /^(?=.{1,60}$)[A-Za-z0-9](?:-?[A-Za-z0-9_])*$/);
export const repositoryName = () => text("a repository's name without its owner", REPOSITORY);

/** `owner/name`, as in a repository's address, without `.git`. */
export const repository = (example: string) => {
  const allowed = `owner/name of a GitHub repository, such as ${example}`;
  return z.string({ error: allowed }).refine(
    (value) => {
      const [owner = "", name = "", ...rest] = value.split("/");
      return rest.length === 0 && OWNER.test(owner) && REPOSITORY.test(name);
    },
    { error: allowed },
  );
};

/** A repository as above, or with the ids that tokens of newer repositories have: `acme@1234567/ci@7654321`. */
export const repositoryWithIds = (example: string) => {
  const allowed = `owner/name of a GitHub repository, such as ${example}; with ids, as newer repositories' tokens have them: acme@1234567/ci@7654321`;
  return z.string({ error: allowed }).refine(
    (value) => {
      const [owner = "", name = "", ...rest] = value.split("/").map((part) => part.replace(/@[1-9][0-9]{0,19}$/, ""));
      return rest.length === 0 && OWNER.test(owner) && REPOSITORY.test(name) && [0, 2].includes(value.split("@").length - 1);
    },
    { error: allowed },
  );
};

/** A branch as `git check-ref-format --branch` takes it, by its short name: a trust policy writes `refs/heads/` before it. */
export const branch = () => {
  const allowed = "the name of one branch, such as main, without refs/heads/ and wildcards";
  return z.string({ error: allowed }).refine(
    (value) =>
      /^[^\s\p{Cc}~^:?*[\\"'`$]{1,244}$/u.test(value) &&
      !/^refs\/|^[-/]|[/.]$|\.\.|@\{|\/\/|(^|\/)\.|\.lock(\/|$)/.test(value) && value !== "@",
    { error: allowed },
  );
};

/** An environment's name. GitHub writes a colon otherwise in a token's subject, and quotes would end a workflow's text. */
export const environment = () =>
  text("the name of a GitHub environment: letters, digits, spaces and _ . / -, at most 255", /^(?=.{1,255}$)[A-Za-z0-9](?:[A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?$/);

/** A runner's label: a workflow's `runs-on` and GitHub itself part labels by commas. */
export const runnerLabel = () => text("a label without spaces and commas, such as dagger-runner", /^[^\s,"'`]{1,256}$/);
