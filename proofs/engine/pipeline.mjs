/**
 * A pipeline as a client runs it: `dagger run node pipeline.mjs ROOTFS SALT MEGABYTES MEMORY_MB SECONDS`. It uploads a folder,
 * runs steps that write files, hold memory and take their time, lists a folder, and prints what its last step wrote: a text
 * that only a cache can repeat.
 */
import { ask } from "./ask.mjs";

const [rootfs, salt, megabytes, memoryMb, seconds] = process.argv.slice(2);
const shell = (script) => `withExec(args: ["/bin/sh", "-c", ${JSON.stringify(script)}])`;
const directory = (await ask(`{host{directory(path: ${JSON.stringify(rootfs)}){id}}}`)).host.directory.id;
const data = await ask(`{container{withRootfs(directory: "${directory}"){withEnvVariable(name: "SALT", value: "${salt}"){
  ${shell(`mkdir /files; dd if=/dev/urandom of=/files/large bs=1M count=${megabytes} 2>/dev/null; i=0; while [ $i -lt 200 ]; do echo $i >/files/$i; i=$((i+1)); done`)}{
  ${shell(`held=$(yes 0123456789 | head -c ${memoryMb}000000); sleep ${seconds}; echo \${#held}; cat /proc/sys/kernel/random/uuid`)}{
    stdout directory(path: "/files"){entries} withoutDirectory(path: "/files"){rootfs{entries}}}}}}}}`);
const last = data.container.withRootfs.withEnvVariable.withExec.withExec;
if (last.directory.entries.length !== 201) throw new Error(`the folder has ${last.directory.entries.length} files`);
process.stdout.write(last.stdout);
