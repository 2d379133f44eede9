/**
 * `images.mjs PORT REFERENCE=FOLDER…`: a registry with images that lie in folders as OCI layouts, for a containerd whose only host
 * it is: that sends the name of the registry that it wants. It prints a line for each manifest that it gives away.
 */
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const [port, ...images] = process.argv.slice(2);
const folders = new Map(
  images.map((image) => {
    const [, registry, name, tag, folder] = /^([^/]+)\/(.+):([^:=]+)=(.+)$/.exec(image);
    return [`${registry}/${name}`, { tag, folder }];
  }),
);

createServer(({ url, method }, answer) => {
  const { pathname, searchParams } = new URL(url, "http://registry");
  if (pathname === "/v2/") return answer.end("{}");
  const [, name, what, which] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(pathname) ?? [];
  const image = folders.get(`${searchParams.get("ns")}/${name}`);
  const [manifest] = image ? JSON.parse(readFileSync(join(image.folder, "index.json"), "utf8")).manifests : [];
  const digest = which === image?.tag ? manifest.digest : which;
  const file = image && join(image.folder, "blobs", digest.replace(":", "/"));
  if (file === undefined || !existsSync(file)) {
    console.log(`has no ${searchParams.get("ns")}/${name} ${which}`);
    return answer.writeHead(404).end();
  }
  answer.writeHead(200, {
    "content-type": what === "manifests" ? manifest.mediaType : "application/octet-stream",
    "content-length": statSync(file).size,
    "docker-content-digest": digest,
  });
  if (method === "HEAD") return answer.end();
  if (what === "manifests") console.log(`${searchParams.get("ns")}/${name} ${which}`);
  createReadStream(file).pipe(answer);
}).listen(Number(port), () => console.log("ready"));
