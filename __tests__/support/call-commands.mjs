// Calls built commands one after another in this one process, each as it would run in its own: with its folder, environment
// and arguments, until nothing is left for it to do, then what it wants done at its exit. Packages are loaded once, and so is
// what remembers nothing of a call: configuration, facts, constructs and stacks. Commands and what they do begin anew.
// Gets { folder, file, args, cwd, env } by messages, file from the folder of the built project, and answers each with what it
// says, { stdout } or { stderr }, and then with { status }. Where commands pause between two looks, the pause is a twentieth.
// Goes when who asks is gone.
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const timers = require("node:timers/promises");
const pause = timers.setTimeout;
timers.setTimeout = (ms, ...rest) => pause(ms / 20, ...rest);

/** From the folder of the built project. */
const BEGINS_ANEW = /^\/(main\.js$|commands\/|operations\/)/;

let status;
for (const name of ["stdout", "stderr"]) {
  process[name].write = (text) => {
    // After its exit a process says nothing more.
    if (status === undefined) process.send({ [name]: String(text) });
    return true;
  };
}
process.exit = (code = process.exitCode ?? 0) => {
  status ??= code;
  throw new Error("exit");
};
process.on("message", ({ folder, file, args, cwd, env }) => {
  // From here on only the command keeps this process busy.
  process.channel.unref();
  status = undefined;
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, join(folder, file), ...args];
  process.exitCode = undefined;
  for (const loaded of Object.keys(require.cache)) if (loaded.startsWith(folder) && BEGINS_ANEW.test(loaded.slice(folder.length))) delete require.cache[loaded];
  // With a `require` of its own, since each remembers all that it loaded.
  createRequire(folder)(join(folder, file));
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("beforeExit", () => {
  const ended = status ?? process.exitCode ?? 0;
  for (const atExit of process.listeners("exit")) atExit(ended);
  for (const event of ["exit", "SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(event);
  for (const name of ["stdout", "stderr"]) process[name].removeAllListeners("error");
  status = ended;
  process.send({ status });
  process.channel.ref();
});
