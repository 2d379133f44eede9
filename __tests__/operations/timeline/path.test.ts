import type { Job } from "../../../operations/timeline/job";
import { MOMENTS } from "../../../operations/timeline/moments";
import { pathOf } from "../../../operations/timeline/path";

/** Numbers of chance, the same in every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** A job with moments that are missing, out of order, or told by clocks that differ. */
function anyJob(random: () => number): Job {
  const moments = Object.fromEntries(MOMENTS.flatMap(({ id }, i) => (random() < 0.3 ? [] : [[id, 1000 + i * 10 + Math.floor((random() - 0.5) * 120)]])));
  return { runner: "r", uid: "u", namespace: "n", fleet: "main", set: "s", kind: random() < 0.8 ? "scale-set" : "runner-deployment", moments, pulls: [], failures: 0, idles: random() < 0.2, persistent: random() < 0.2, ...(random() < 0.5 ? { job: "build" } : {}) };
}

test("whatever is told, segments are whole, never negative, in order and the total; no moment is in two of them", () => {
  const random = chance(11);
  let open = 0;
  for (let i = 0; i < 5000; i++) {
    const job = anyJob(random);
    const now = random() < 0.5 ? 1000 + Math.floor(random() * 400) : undefined;
    const path = pathOf(job, now);
    if (path === undefined) {
      expect(job.moments).toEqual({});
      continue;
    }
    const { segments, seconds, start } = path;
    const ids = MOMENTS.map(({ id }) => id);
    expect({
      whole: segments.every((one) => Number.isInteger(one.seconds) && one.seconds >= 0),
      seconds: segments.reduce((sum, one) => sum + one.seconds, 0),
      moments: segments.flatMap((one) => [...one.with, one.until]),
      begins: start >= Math.min(...Object.values(job.moments)),
      openBeforeItsEnd: segments.slice(0, -1).some((one) => one.open),
      waitsWithoutNow: path.state === "waits" && now === undefined,
    }).toEqual({
      whole: true,
      seconds,
      moments: ids.slice(ids.indexOf(path.from) + 1, ids.indexOf(path.to) + 1),
      begins: true,
      openBeforeItsEnd: false,
      waitsWithoutNow: false,
    });
    if (segments.at(-1)?.open) open++;
  }
  expect(open).toBeGreaterThan(100);
});

test("moments that are whole make whole segments", () => {
  const moments = Object.fromEntries(MOMENTS.map(({ id }, i) => [id, 100 + i * i]));
  const job = { ...anyJob(chance(3)), kind: "scale-set", moments, idles: false, persistent: false } as const;
  const path = pathOf(job, undefined)!;
  expect(path).toMatchObject({ state: "has begun", from: "queued", to: "step", seconds: 14 * 14, notes: [] });
  expect(path.segments.map(({ seconds }) => seconds)).toEqual(Array.from({ length: 14 }, (_, i) => 2 * i + 1));
});

test("a record that ends before the job had begun leaves nothing open", () => {
  const job: Job = { ...anyJob(chance(5)), kind: "scale-set", moments: { assigned: 10, pod: 12 } };
  expect(pathOf(job, undefined)).toMatchObject({ state: "broke off", seconds: 2, to: "pod", segments: [{ until: "pod", open: false }] });
});
