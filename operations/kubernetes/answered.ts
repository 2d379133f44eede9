import { UserError } from "../../modules/user-error";

/** Longest wait for an answer of the Kubernetes API. */
const ANSWER_SECONDS = 30;

/** An answer of the API, or `undefined` for what does not exist. @throws UserError that says what could not be done, and why. */
export async function answered<T>(what: string, answer: Promise<T>, server = "the cluster"): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_SECONDS} s`)), ANSWER_SECONDS * 1000);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    if ((error as { code?: unknown }).code === 404) return undefined;
    throw new UserError(`cannot ${what}: ${why(error, server)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function why(error: unknown, server: string): string {
  const { code, body, message } = error as { code?: unknown; body?: unknown; message?: string };
  if (code === 401) return `${server} does not know these credentials. Log in and set AWS_PROFILE, or run aws eks update-kubeconfig again`;
  if (typeof code === "number") return `${server} answers ${code}: ${messageIn(body)}`;
  // "request to https://… failed, reason: connect ECONNREFUSED 10.0.0.1:443"
  return `${server}: ${message?.replace(/^request to \S+ failed, reason: /, "") ?? String(error)}`;
}

/** The sentence in an answer of Kubernetes. */
function messageIn(body: unknown): string {
  try {
    const parsed = (typeof body === "string" ? JSON.parse(body) : body) as { message?: string } | undefined;
    if (parsed?.message !== undefined) return parsed.message;
  } catch {
    // A proxy's page, not Kubernetes' own words.
  }
  return typeof body === "string" ? body.split("\n")[0]! : "nothing more";
}
