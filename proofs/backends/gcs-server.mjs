// The part of Cloud Storage's JSON API that Terraform uses: objects with generations, and writes that want one.
import { serve } from "./serve.mjs";

export async function gcsServer() {
  const objects = new Map();
  let generation = 1_700_000_000_000_000;
  const json = (body, status = 200) => ({ status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const none = json({ error: { code: 404, message: "No such object", errors: [{ reason: "notFound" }] } }, 404);
  const conflict = json({ error: { code: 412, message: "At least one of the pre-conditions you specified did not hold.", errors: [{ reason: "conditionNotMet" }] } }, 412);
  const meta = (name, { generation: number, data }) => ({ kind: "storage#object", name, bucket: "states", generation: String(number), metageneration: "1", size: String(data.length) });

  const { port, close } = await serve(({ method, url, headers, body }) => {
    const wanted = url.searchParams.get("ifGenerationMatch");
    const holds = (found) => wanted === null || Number(wanted) === (found?.generation ?? 0);
    if (method === "POST" && url.pathname.startsWith("/upload/")) {
      const boundary = /boundary=(.*)$/.exec(headers["content-type"])[1].replaceAll('"', "");
      const [, description, content] = body.toString().split(`--${boundary}`);
      const { name } = JSON.parse(description.slice(description.indexOf("\r\n\r\n")));
      if (!holds(objects.get(name))) return conflict;
      const data = Buffer.from(content.slice(content.indexOf("\r\n\r\n") + 4).replace(/\r\n$/, ""));
      objects.set(name, { data, generation: ++generation });
      return json(meta(name, objects.get(name)));
    }
    const [, list, encoded] = /^(?:\/storage\/v1)?\/b\/states\/(o)(?:\/(.+))?$/.exec(url.pathname) ?? [];
    if (list !== undefined && encoded === undefined) {
      const names = [...objects.keys()].filter((name) => name.startsWith(url.searchParams.get("prefix") ?? ""));
      return json({ kind: "storage#objects", items: names.map((name) => meta(name, objects.get(name))) });
    }
    const name = decodeURIComponent(encoded ?? url.pathname.replace(/^\/states\//, ""));
    const found = objects.get(name);
    if (found === undefined) return none;
    if (!holds(found)) return conflict;
    if (method === "DELETE") return objects.delete(name), { status: 204 };
    const number = String(found.generation);
    const read = { "x-goog-generation": number, "x-goog-metageneration": "1", "content-type": "application/octet-stream" };
    return encoded !== undefined && url.searchParams.get("alt") !== "media" ? json(meta(name, found)) : { headers: read, body: found.data };
  });
  return {
    close,
    environment: { GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/storage/v1/`, GOOGLE_OAUTH_ACCESS_TOKEN: "x" },
    settings: (name) => `{type: gcs, bucket: states, prefix: ${name}}`,
    state: (name, stack) => objects.get(`${name}/${stack}/default.tfstate`)?.data.toString(),
    locked: () => [...objects.keys()].filter((key) => key.endsWith(".tflock")),
    /** @returns its id, which is the generation of the object. */
    lock(name, stack, info) {
      objects.set(`${name}/${stack}/default.tflock`, { data: Buffer.from(JSON.stringify(info)), generation: ++generation });
      return String(generation);
    },
  };
}
