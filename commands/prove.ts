import { command, runCommand } from "../operations/command";
import { proofsText, prove } from "../operations/prove/prove";

/** `npm run prove`: see `--help`. */
async function run(name: string | undefined, more: readonly string[], options: { readonly keep?: boolean }): Promise<number> {
  if (name !== undefined) return prove(name, more, options);
  console.log(proofsText());
  return 0;
}

void runCommand(
  command(
    "prove",
    "Runs one of the proofs in the folder proofs: the project's own objects on real parts. Without a name it lists them, with\n" +
      "what each shows, what it needs and what it last showed. Parts are given by folders, named in variables such as ENGINE_DIR.",
  )
    .argument("[name]", "the proof")
    .argument("[more...]", "given to the proof's run after its folders")
    .option("--keep", "write date, machine, result and figures of a proof that holds to its figures.json")
    .addHelpText("after", "\nExit code: that of the proof; 0 where a part is missing and it is left out with a sentence."),
  run,
);
