import { seconds } from "../config/fields/quantities";
import { CACHE_SUBPATH } from "../contract/fleet-contract";
import { SEED_REPOSITORY, SEED_TAINTS, type SeededFleet } from "../contract/seed";

/** Where the pods of seeds see the node's disk. */
export const DISK = "/disk";
/** Where they hand programs on: restic's image has no SQLite, the engine's no restic. */
export const TOOLS = "/tools";

const STATE = `${DISK}/${CACHE_SUBPATH}`;
/** What became of the restore on this node, in a word. */
const OUTCOME = `${STATE}-seed`;
/** A host name of its own: snapshots of all nodes follow each other. */
const HOST = "engine";
/** How many seeds are kept: who restores the last one while a newer one comes can end. */
const KEPT = 3;
/** How long a seed is left alone by nodes that could not restore it and know less. */
const LEFT_ALONE_SECONDS = 7 * 24 * 3600;

const GB = 1_000_000_000;

/**
 * restic without a password: the bucket encrypts, and who may read it may read the seeds. Its names are hashes of what is
 * inside, which it checks when it restores.
 */
export const RESTIC = "restic --insecure-no-password --no-cache -o s3.connections=32";
/** The repository of a month: each begins anew, so that what expires is in no seed in use. */
const repository = (month: string) => `"$${SEED_REPOSITORY}/$(uname -m)/${month}"`;

/**
 * Puts the newest seed in place of a node's missing cache, before its engine may start; always ends well, with an empty
 * cache at worst. What is restored lies beside it until it is whole. restic ends with 10 where there is no repository;
 * whatever else goes wrong may pass, such as credentials that are not there yet, and is tried until the time is over.
 */
export const restoreScript = ({ seed }: SeededFleet): string => `\
trap 'exit 143' TERM
exec 3>&1
${seed.publish ? `cp "$(command -v restic)" ${TOOLS}/restic
` : ""}if [ -d ${STATE} ]; then
  echo "The node has a cache already."
  exit 0
fi
started=$(date +%s)
deadline=$((started + ${seconds(seed.restoreWithin)}))
incoming=${STATE}-incoming
finish() {
  echo "$1" >${OUTCOME}
  rm -rf "$incoming" &
  mkdir -p ${STATE}
  echo "$2" | tee -a /dev/termination-log >&3
  wait
  exit 0
}
ask() {
  left=$((deadline - $(date +%s)))
  [ "$left" -gt 0 ] || finish "$reason" "The seed is not used, $said. The engine starts with an empty cache."
  timeout -s KILL "$left" ${RESTIC} --no-lock "$@" 2>/tmp/error & wait $!
}
reason=unreachable
said="nothing answered within ${seed.restoreWithin}"
rm -rf "$incoming"
: >/tmp/seeds
this=$(date -u +%Y-%m)
for month in "$this" "$(date -u -d "@$(($(date -u -d "$this-15" +%s) - 30 * 86400))" +%Y-%m)"; do
  repository=${repository("$month")}
  while :; do
    ask -r "$repository" snapshots --tag whole --json >/tmp/list
    code=$?
    if [ "$code" = 0 ] || [ "$code" = 10 ]; then break; fi
    cat /tmp/error >&2
    sleep 1
  done
  if [ "$code" = 0 ]; then jq -r 'sort_by(.time) | reverse | .[] | "\\(.id) \\(.summary.total_bytes_processed) \\(.time)"' /tmp/list >/tmp/seeds; fi
  if [ -s /tmp/seeds ]; then break; fi
done
[ -s /tmp/seeds ] || finish none "There is no seed yet. The engine starts with an empty cache."
free=$(df -Pk ${DISK} | awk 'NR == 2 { printf "%.0f", $4 * 1024 * 0.9 }')
while read -r id bytes time; do
  if [ "$bytes" -gt ${seed.maxGb * GB} ] || [ "$bytes" -gt "$free" ]; then
    finish too-large "The seed of $time has $bytes bytes, more than ${seed.maxGb} GB or than the disk has free. The engine starts with an empty cache."
  fi
  reason=late
  said="since the $bytes bytes of the seed of $time were not there within ${seed.restoreWithin}"
  rm -rf "$incoming"
  if ask -r "$repository" restore --quiet "$id:${STATE}" --target "$incoming" >/dev/null && [ -f "$incoming/dagql-cache.db" ]; then
    mv "$incoming" ${STATE}
    finish restored "Restored the seed of $time: $bytes bytes in $(($(date +%s) - started)) s."
  fi
  tail -n 3 /tmp/error >&2
  # A part that is wrong or lacks is tried again and again, until the time is over.
  if grep -q "^ignoring error" /tmp/error; then reason=damaged; fi
done </tmp/seeds
[ "$(date +%s)" -lt "$deadline" ] || finish "$reason" "The seed is not used, $said. The engine starts with an empty cache."
finish damaged "No seed could be restored whole. The engine starts with an empty cache."
`;

/**
 * Lets the engine onto the node when its cache is in place, and runners when the engine has its room. A patch of a
 * taint says which it means, so that none is taken that moved there meanwhile. What goes before Karpenter has registered
 * the node would be put back (kubernetes-sigs/karpenter#1772).
 */
export const admitScript = (engineDaemonSet: string): string => `\
trap 'exit 143' TERM
account=/var/run/secrets/kubernetes.io/serviceaccount
api=https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT/api/v1
node=$api/nodes/$NODE_NAME
ask() {
  printf 'Authorization: Bearer %s' "$(cat $account/token)" >/tmp/header
  curl -sS --noproxy '*' --max-time 10 --cacert $account/ca.crt -H @/tmp/header -o /tmp/answer -w '%{http_code}' "$@"
}
pause() { sleep "$1" & wait $!; }
has() { [ "$(ask "$node")" != 200 ] || grep -q "\\"key\\": *\\"$1\\"" /tmp/answer; }
while has karpenter.sh/unregistered; do pause 1; done
take_away() {
  i=0
  while has "$1"; do
    taint=/spec/taints/$i
    code=$(ask -X PATCH -H 'Content-Type: application/json-patch+json' \\
      -d "[{\\"op\\":\\"test\\",\\"path\\":\\"$taint/key\\",\\"value\\":\\"$1\\"},{\\"op\\":\\"remove\\",\\"path\\":\\"$taint\\"}]" "$node")
    case $code in
      200) ;;
      422) i=$(((i + 1) % 30)) ;;
      *) cat /tmp/answer >&2; pause 1 ;;
    esac
  done
}
take_away ${SEED_TAINTS.restoring.key}
pods="$api/namespaces/$NAMESPACE/pods?fieldSelector=spec.nodeName%3D$NODE_NAME&labelSelector=name%3D${engineDaemonSet}"
i=0
until [ "$i" -ge 20 ] || { [ "$(ask "$pods")" = 200 ] && grep -q '"phase":' /tmp/answer; }; do
  i=$((i + 1))
  pause 0.5
done
take_away ${SEED_TAINTS.engineFirst.key}
`;

/**
 * Publishes the cache of an engine that stopped cleanly, or says why not: "at-end" of the pod's life, when Karpenter has
 * drained the engine before it, or "now". The engine's own mark says whether it stopped cleanly (`clean_shutdown` in its
 * database, dagql/persistdb); it is asked again after the upload, and only then is a snapshot called whole. Until then,
 * whatever happens, others see none of it.
 */
export const publishScript = ({ seed }: SeededFleet): string => `\
PATH=${TOOLS}:$PATH
say() { echo "$1"; echo "$1" >/dev/termination-log; }
stay() { say "Not published: $1"; exit "\${2:-0}"; }
mark() {
  stat -c '%Y %i %s' ${STATE}/dagql-cache.db && sqlite3 -readonly ${STATE}/dagql-cache.db "select value from meta where key = 'clean_shutdown'"
} 2>/dev/null
whole=$(mark)
case $whole in
  *"
1") ;;
  *) stay "the engine did not stop cleanly, or runs." 1 ;;
esac
export RESTIC_REPOSITORY=${repository("$(date -u +%Y-%m)")}
seeds() { ${RESTIC} --no-lock snapshots --tag whole --latest 1 --group-by host --json; }
latest=$(seeds 2>/tmp/error)
case $? in
  0) ;;
  10) ${RESTIC} init --quiet || seeds >/dev/null || stay "there is no repository, and none could be made." 1 ;;
  *) stay "$(cat /tmp/error)" 1 ;;
esac
time=$(echo "$latest" | sed -n 's/.*"time":"\\([^"]*\\)".*/\\1/p')
age=$(($(date +%s) - $(date -d "\${time:-@0}" +%s)))
if [ "$1" = at-end ]; then
  [ "$age" -ge ${seconds(seed.publishEvery)} ] || stay "the newest seed is $age s old, less than ${seed.publishEvery}."
  case $(cat ${OUTCOME} 2>/dev/null) in
    unreachable | late | too-large)
      [ "$age" -ge ${LEFT_ALONE_SECONDS} ] || stay "this engine began without the seed that there is, and knows less."
      ;;
  esac
fi
bytes=$(du -sb ${STATE} | cut -f 1)
[ "$bytes" -le ${seed.maxGb * GB} ] || stay "the cache has $bytes bytes, more than ${seed.maxGb} GB."
started=$(date +%s)
# A node that was killed as it published leaves a lock, which is stale after half an hour.
${RESTIC} unlock --quiet
${RESTIC} backup --host ${HOST} --tag fresh --no-scan --read-concurrency 8 --pack-size 64 --json ${STATE} >/tmp/published 2>/tmp/error || stay "$(tail -n 1 /tmp/error)" 1
id=$(sed -n 's/.*"snapshot_id":"\\([0-9a-f]*\\)".*/\\1/p' /tmp/published)
added=$(sed -n 's/.*"data_added_packed":\\([0-9]*\\).*/\\1/p' /tmp/published)
if [ "$(mark)" != "$whole" ]; then
  ${RESTIC} forget --quiet "$id"
  stay "the engine began to run meanwhile." 1
fi
${RESTIC} tag --quiet --retry-lock 2m --set whole --set "on:$NODE_NAME" "$id" || stay "another node is publishing." 1
say "Published $bytes bytes of cache, $added of them uploaded, in $(($(date +%s) - started)) s."
${RESTIC} forget --quiet --tag fresh --group-by host --keep-within 2h
${RESTIC} forget --quiet --tag whole --group-by host --keep-last ${KEPT} --prune --max-unused unlimited
`;

/** Waits for the pod's end, and publishes then. The shell hears the signal only while it waits for a child. */
export const AT_END = `\
trap 'kill $!' TERM
sleep infinity & wait $!
exec sh -c "$PUBLISH" publish at-end
`;

/** Stays until the pod's end. */
export const NOTHING_AT_END = `\
trap 'kill $!; exit 0' TERM
sleep infinity & wait $!
`;
