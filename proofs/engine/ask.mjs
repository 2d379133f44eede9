/** A question to the engine's API, within `dagger run`. */
export async function ask(query) {
  const { DAGGER_SESSION_PORT: port, DAGGER_SESSION_TOKEN: token } = process.env;
  const answer = await fetch(`http://127.0.0.1:${port}/query`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Basic ${Buffer.from(`${token}:`).toString("base64")}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors).slice(0, 500));
  return data;
}
