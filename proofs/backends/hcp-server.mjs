// The part of HCP Terraform's API that Terraform uses with execution on this machine: workspaces, their locks and states.
import { createHash } from "node:crypto";
import { serve } from "./serve.mjs";

/** @param tls key and certificate for localhost. */
export async function hcpServer(tls) {
  /** Workspaces by name; states by id of a state version. */
  const [workspaces, versions] = [new Map(), new Map()];
  const json = (data, status = 200) => ({ status, headers: { "content-type": "application/vnd.api+json" }, body: JSON.stringify({ data }) });
  const error = (status, title) => ({ status, headers: { "content-type": "application/vnd.api+json" }, body: JSON.stringify({ errors: [{ status: String(status), title }] }) });
  const byId = (id) => [...workspaces.values()].find((one) => one.id === id);
  const make = (name) => workspaces.set(name, { id: `ws-${name}`, name, locked: false, version: "1.9.0" }).get(name);
  // Workspaces that Terraform makes have the organisation's execution mode, which is Remote if nobody changed it.
  const workspace = ({ id, name, locked, version }) => ({
    id,
    type: "workspaces",
    attributes: {
      ...{ name, locked, "execution-mode": "remote", operations: true, "terraform-version": version },
      permissions: { "can-update": true, "can-lock": true, "can-unlock": true, "can-force-unlock": true, "can-read-settings": true, "can-queue-run": true, "can-create-state-versions": true },
    },
    relationships: { organization: { data: { id: "acme", type: "organizations" } } },
  });
  const stateVersion = (id) => ({
    id,
    type: "state-versions",
    attributes: {
      serial: versions.get(id).serial,
      status: "finalized",
      "hosted-state-download-url": `https://localhost:${port}/download/${id}`,
      "hosted-state-upload-url": `https://localhost:${port}/upload/${id}`,
      "hosted-json-state-upload-url": `https://localhost:${port}/ignored/${id}`,
    },
  });
  const answer = ({ method, url, headers, body }) => {
    const path = url.pathname;
    if (path === "/.well-known/terraform.json") return { headers: { "content-type": "application/json" }, body: JSON.stringify({ "tfe.v2": "/api/v2/", "state.v2": "/api/v2/", "tfe.v2.1": "/api/v2/", "tfe.v2.2": "/api/v2/" }) };
    const [, upload] = /^\/upload\/(.+)$/.exec(path) ?? [];
    if (upload !== undefined) return (versions.get(upload).state = body), {};
    if (path.startsWith("/ignored/")) return {};
    if (headers.authorization !== "Bearer secret") return error(401, "unauthorized");
    const [, download] = /^\/download\/(.+)$/.exec(path) ?? [];
    if (download !== undefined) return { body: versions.get(download).state };
    if (path === "/api/v2/ping") return { status: 204, headers: { "TFP-API-Version": "2.6", "TFP-AppName": "HCP Terraform" } };
    if (path.endsWith("/entitlement-set")) return json({ id: "org-acme", type: "entitlement-sets", attributes: { operations: true, "state-storage": true } });
    if (path === "/api/v2/organizations/acme/workspaces" && method === "POST") return json(workspace(make(JSON.parse(body).data.attributes.name)), 201);
    const [, name] = /^\/api\/v2\/organizations\/acme\/workspaces\/([^/]+)$/.exec(path) ?? [];
    if (name !== undefined) return workspaces.has(name) ? json(workspace(workspaces.get(name))) : error(404, "not found");
    const [, versionId] = /^\/api\/v2\/state-versions\/([^/]+)$/.exec(path) ?? [];
    if (versionId !== undefined) return versions.has(versionId) ? json(stateVersion(versionId)) : error(404, "not found");
    const [, id, rest] = /^\/api\/v2\/workspaces\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    const one = byId(id);
    if (one === undefined) return error(404, "not found");
    if (method === "PATCH") one.version = JSON.parse(body).data.attributes["terraform-version"] ?? one.version;
    if (rest === undefined) return json(workspace(one));
    switch (rest) {
      case "actions/lock":
        if (one.locked) return error(409, "workspace already locked");
        one.locked = true;
        return json(workspace(one));
      case "actions/unlock":
      case "actions/force-unlock":
        if (!one.locked) return error(409, "workspace already unlocked");
        one.locked = false;
        return json(workspace(one));
      case "current-state-version":
        return one.current === undefined ? error(404, "not found") : json(stateVersion(one.current));
      case "current-state-version-outputs":
        return json(one.current === undefined ? [] : outputs(versions.get(one.current).state));
      case "state-versions": {
        if (!one.locked) return error(409, "the workspace must be locked");
        const { serial, md5 } = JSON.parse(body).data.attributes;
        one.current = `sv-${createHash("sha256").update(`${one.id} ${serial} ${md5}`).digest("hex").slice(0, 16)}`;
        versions.set(one.current, { serial, state: Buffer.from("") });
        return json(stateVersion(one.current), 201);
      }
      default:
        return error(404, "not found");
    }
  };
  const outputs = (state) =>
    Object.entries(JSON.parse(state).outputs ?? {}).map(([name, { value, type, sensitive = false }]) => ({
      id: `wsout-${name}`,
      type: "state-version-outputs",
      attributes: { name, value, sensitive, type: "string", "detailed-type": type },
    }));
  const { port, close } = await serve(answer, tls);
  return {
    close,
    host: `localhost:${port}`,
    environment: {},
    settings: (name) => `{type: cloud, hostname: "localhost:${port}", organization: acme, workspacePrefix: ${name}-}`,
    state: (name, stack) => versions.get(workspaces.get(`${name}-${stack}`)?.current)?.state.toString(),
    locked: () => [...workspaces.values()].filter(({ locked }) => locked).map(({ name }) => name),
    /** @returns its id: who holds it, nobody is told. */
    lock: (name, stack) => ((workspaces.get(`${name}-${stack}`) ?? make(`${name}-${stack}`)).locked = true) && `acme/${name}-${stack}`,
  };
}
