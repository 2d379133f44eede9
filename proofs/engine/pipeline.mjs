/**
 * A pipeline as a client runs it: `dagger run node pipeline.mjs ROOTFS SALT MEGABYTES MEMORY_MB SECONDS`. It uploads a folder,
 * runs steps that write files, hold memory and take their time, lists a folder, and prints what its last step wrote: a text
 * that only a cache can repeat.
 */
import { ask } from "./ask.mjs";

const [rootfs, salt, megabytes, memoryMb, seconds] = process.argv.slice(2);
const shell = (script) => `withExec(args: ["/bin/sh", "-c", ${JSON.stringify(script)}])`;
const write = `mkdir /files; dd if=/dev/urandom of=/files/large bs=1M count=${megabytes} || exit 1; i=0; while [ $i -lt 200 ]; do echo $i >/files/$i || exit 1; i=$((i+1)); done`;
const hold = `held=$(yes 0123456789 | head -c ${memoryMb}000000); sleep ${seconds}; cat /proc/sys/kernel/random/uuid`;

const directory = (await ask(`{host{directory(path: ${JSON.stringify(rootfs)}){id}}}`)).host.directory.id;
const data = await ask(`{container{withRootfs(directory: "${directory}"){
  ${shell(`: ${salt}; ${write}`)}{
  ${shell(hold)}{
    stdout directory(path: "/files"){entries}}}}}}`);
const last = data.container.withRootfs.withExec.withExec;
if (last.directory.entries.length !== 201) throw new Error(`the folder has ${last.directory.entries.length} files`);
process.stdout.write(last.stdout);
