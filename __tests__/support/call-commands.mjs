// Calls built commands one after another in this one process, each as it would run in its own: with its folder, environment
// and arguments, until nothing is left for it to do, then what it wants done at its exit. What commands import from packages
// is loaded once. Gets { file, args, cwd, env } by messages and answers each with { status, stdout, stderr }.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
let call;
for (const name of ["stdout", "stderr"]) {
  process[name].write = (text) => {
    // After its exit a process says nothing more.
    if (call.status === undefined) call[name] += text;
    return true;
  };
}
process.exit = (status = process.exitCode ?? 0) => {
  call.status ??= status;
  throw new Error("exit");
};
process.on("message", ({ file, args, cwd, env }) => {
  // From here on only the command keeps this process busy.
  process.channel.unref();
  call = { stdout: "", stderr: "" };
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, file, ...args];
  process.exitCode = undefined;
  delete require.cache[file];
  require(file);
});
process.on("beforeExit", () => {
  const status = call.status ?? process.exitCode ?? 0;
  for (const atExit of process.listeners("exit")) atExit(status);
  for (const event of ["exit", "SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(event);
  for (const name of ["stdout", "stderr"]) process[name].removeAllListeners("error");
  process.send({ ...call, status });
  process.channel.ref();
});
