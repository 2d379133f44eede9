// States by Terraform's HTTP protocol. Locks as WebDAV names them, or below /lock as in GitLab.
import { serve } from "./serve.mjs";

export async function httpServer() {
  /** States, and who holds a lock, by path. */
  const [states, locks] = [new Map(), new Map()];
  const { port, close } = await serve(({ method, url, headers, body }) => {
    if (headers.authorization !== `Basic ${Buffer.from("ci:secret").toString("base64")}`) return { status: 401 };
    const path = url.pathname.replace(/\/lock$/, "");
    const ofLock = path !== url.pathname;
    const verb = ofLock ? { POST: "LOCK", DELETE: "UNLOCK" }[method] : method;
    const held = locks.get(path);
    switch (verb) {
      case "LOCK":
        if (held !== undefined) return { status: 423, body: held };
        locks.set(path, body);
        return {};
      case "UNLOCK":
        if (held !== undefined && body.length > 0 && JSON.parse(body).ID !== JSON.parse(held).ID) return { status: 409, body: held };
        locks.delete(path);
        return {};
      case "GET":
        return states.has(path) ? { body: states.get(path) } : { status: 404 };
      case "POST":
        // Whoever writes holds the lock.
        if (held === undefined || url.searchParams.get("ID") !== JSON.parse(held).ID) return { status: 409, body: held ?? "" };
        states.set(path, body);
        return {};
      default:
        return { status: 405 };
    }
  });
  return {
    close,
    environment: { TF_HTTP_USERNAME: "ci", TF_HTTP_PASSWORD: "secret" },
    settings: (name) => `{type: http, address: "http://127.0.0.1:${port}/projects/42/state", prefix: ${name}, lockPath: /lock, lockMethod: POST, unlockMethod: DELETE}`,
    state: (name, stack) => states.get(`/projects/42/state/${name}-${stack}`)?.toString(),
    locked: () => [...locks.keys()],
    lock: (name, stack, info) => void locks.set(`/projects/42/state/${name}-${stack}`, Buffer.from(JSON.stringify(info))),
  };
}
