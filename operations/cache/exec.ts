import { Writable } from "node:stream";
import { Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";
import { UserError } from "../../modules/user-error";
import { orStopped } from "./waiting";

/** A container in a running pod. */
export interface Container {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** How a command in a container ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is used of a WebSocket; the client's own types of it are those of a package that it does not bring. */
interface Socket {
  readonly readyState: number;
  on(event: "close" | "pong" | "error", listener: () => void): void;
  ping(): void;
  terminate(): void;
}
const CLOSED = 3;
/** Balancers end connections that are silent for some minutes, and a command may say nothing for longer. */
const PING_MS = 20_000;

/**
 * Runs a command in a container, and waits for its end.
 * @throws UserError if it cannot begin, or if the pod or the connection went before the command had ended; the reason of
 * `stopped`. The command itself runs on when nobody listens any more.
 */
export async function execIn(kubeConfig: KubeConfig, where: Container, command: readonly string[], stopped?: AbortSignal): Promise<Ended> {
  stopped?.throwIfAborted();
  const stdout = new Kept();
  const stderr = new Kept();
  let status: V1Status | undefined;
  const connecting = new Exec(kubeConfig).exec(where.namespace, where.pod, where.container, [...command], stdout, stderr, null, false, (ended) => (status = ended));
  const socket = connecting.then(
    (opened) => opened as unknown as Socket,
    (error: unknown) => {
      throw refused(where, error);
    },
  );
  await closed(await unlessStopped(socket, stopped), stopped);
  if (status === undefined) throw new UserError(`pod ${where.pod} went, or the connection to it broke, before its command had ended`);
  return { code: exitCode(where, status), stdout: stdout.text(), stderr: stderr.text() };
}

/** A connection that is opened, or no longer wanted. */
async function unlessStopped(opening: Promise<Socket>, stopped?: AbortSignal): Promise<Socket> {
  try {
    return await orStopped(opening, stopped);
  } catch (error) {
    if (stopped?.aborted === true) void opening.then((socket) => socket.terminate()).catch(() => undefined);
    throw error;
  }
}

function closed(socket: Socket, stopped?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let answers = true;
    const pings = setInterval(() => {
      if (answers) socket.ping();
      else socket.terminate();
      answers = false;
    }, PING_MS);
    const onStop = () => {
      reject(stopped!.reason as Error);
      socket.terminate();
    };
    const onClose = () => {
      clearInterval(pings);
      stopped?.removeEventListener("abort", onStop);
      resolve();
    };
    socket.on("pong", () => (answers = true));
    // What is wrong shows as the end of the connection.
    socket.on("error", () => undefined);
    socket.on("close", onClose);
    stopped?.addEventListener("abort", onStop);
    if (socket.readyState === CLOSED) onClose();
    if (stopped?.aborted === true) onStop();
  });
}

/** The API answers with a status of HTTP alone; what it says besides, the client does not tell. */
function refused({ namespace, pod }: Container, error: unknown): UserError {
  const message = (error as { message?: string }).message ?? String(error);
  const code = /Unexpected server response: (\d+)/.exec(message)?.[1];
  const why =
    code === "403"
      ? `no right to: it takes get and create on pods/exec in namespace ${namespace}`
      : code === "404"
        ? "it is not there any more"
        : message;
  return new UserError(`cannot run a command in pod ${pod}: ${why}`, { cause: error });
}

function exitCode({ pod }: Container, { status, reason, message, details }: V1Status): number {
  if (status === "Success") return 0;
  const code = Number(details?.causes?.find((cause) => cause.reason === "ExitCode")?.message);
  if (reason === "NonZeroExitCode" && code > 0) return code;
  throw new UserError(`cannot run a command in pod ${pod}: ${message ?? "Kubernetes does not say why"}`);
}

/** Keeps what is written into it. */
class Kept extends Writable {
  private readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}
