// Calls each of the built files given with --help and with an option that there is not, all in this one process, and
// writes what each would have said and its exit code, as JSON. One that went to work instead has no exit code.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const write = process.stdout.write.bind(process.stdout);
process.stdout.setMaxListeners(0);
process.stderr.setMaxListeners(0);
const calls = [];
let call;
for (const name of ["stdout", "stderr"]) {
  process[name].write = (text) => {
    // After its exit a process says nothing more.
    if (call.status === undefined) call[name] += text;
    return true;
  };
}
process.exit = (status) => {
  call.status ??= status;
  throw new Error("exit");
};
for (const file of process.argv.slice(2)) {
  for (const arg of ["--help", "--nonsense"]) {
    calls.push((call = { stdout: "", stderr: "" }));
    delete require.cache[require.resolve(file)];
    process.argv = [process.execPath, file, arg];
    require(file);
  }
}
setImmediate(() => {
  process.exitCode = 0;
  write(JSON.stringify(calls));
});
