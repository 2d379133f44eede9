import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../../modules/user-error";

/** The folder with a folder for each proof, from the project's own. */
const FOLDER = "proofs";

const partSchema = z.strictObject({
  /** What is in the folder. */
  is: z.string(),
  /** Programs and folders that it must have, by their paths in it. */
  has: z.array(z.string()).default([]),
});

/** `proof.json`, beside a proof's `run`. */
const proofSchema = z.strictObject({
  /** What it shows, in a sentence. */
  shows: z.string(),
  /** Folders that it is given, by the variable that names each, in the order of `run`'s arguments. */
  folders: z.record(z.string().regex(/^[A-Z_]+_DIR$/), partSchema).default({}),
  /** Programs that must be on the PATH. */
  programs: z.array(z.string()).default([]),
});

/** `figures.json`, beside a proof's `run`: what a run that held said last, and where. */
const figuresSchema = z.looseObject({ date: z.iso.date(), result: z.string() });

export interface Proof extends z.infer<typeof proofSchema> {
  readonly name: string;
  readonly folder: string;
  readonly figures?: z.infer<typeof figuresSchema>;
}

/** All proofs, by name. */
export function proofs(): Proof[] {
  const names = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory() && existsSync(join(FOLDER, entry.name, "run")));
  return names.map(({ name }) => readProof(name)).sort((a, b) => a.name.localeCompare(b.name));
}

function readProof(name: string): Proof {
  const folder = join(FOLDER, name);
  const figures = join(folder, "figures.json");
  return {
    name,
    folder,
    ...proofSchema.parse(JSON.parse(readFileSync(join(folder, "proof.json"), "utf8"))),
    ...(existsSync(figures) ? { figures: figuresSchema.parse(JSON.parse(readFileSync(figures, "utf8"))) } : {}),
  };
}

/** @throws {UserError} for a name that no proof has. */
export function proofOf(name: string): Proof {
  const all = proofs();
  const found = all.find((proof) => proof.name === name);
  if (found === undefined) throw new UserError(`there is no proof "${name}"; there are ${all.map((proof) => proof.name).join(", ")}`);
  return found;
}

/** The folders that a proof is given, in the order in which `run` takes them. */
export const foldersOf = ({ folders }: Proof, environment: NodeJS.ProcessEnv): string[] => Object.keys(folders).map((variable) => resolve(environment[variable]!));

/** What a proof lacks here, a sentence each; none if it can run. */
export function missing({ folders, programs }: Proof, environment: NodeJS.ProcessEnv): string[] {
  const path = (environment.PATH ?? "").split(delimiter);
  return [
    ...Object.entries(folders).flatMap(([variable, { is, has }]) => {
      const folder = environment[variable];
      if (!folder) return [`${variable} is not set: ${[is, ...(has.length > 0 ? [`with ${has.join(", ")}`] : [])].join(", ")}`];
      if (!existsSync(folder)) return [`${variable}=${folder} is not there`];
      const without = has.filter((program) => !isProgram(join(folder, program)));
      return without.length > 0 ? [`${variable}=${folder} has no ${without.join(", ")}`] : [];
    }),
    ...programs.filter((program) => !path.some((folder) => isProgram(join(folder, program)))).map((program) => `${program} is not on the PATH`),
  ];
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
