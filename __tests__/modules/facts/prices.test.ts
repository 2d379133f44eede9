import { instanceTypes } from "../../../modules/facts/instance-types";
import { offeringOf, soldIn } from "../../../modules/facts/offerings";
import { instanceHour, priceTable, pricesOf } from "../../../modules/facts/prices";
import { regionNames } from "../../../modules/facts/regions";

test("the source and the day of the price list are told", () => {
  expect(priceTable.source).toContain("AWS's price list");
  expect(priceTable.date).toMatch(/^20[0-9]{2}-[0-9]{2}-[0-9]{2}$/);
  expect(priceTable.currency).toBe("USD");
});

test("each region once, and only known ones; each price is one", () => {
  const names = priceTable.regions.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)].sort());
  expect(names.filter((name) => !regionNames.includes(name))).toEqual([]);
  for (const { name, vcpuHour, typeHour, ...services } of priceTable.regions) {
    const prices = [...Object.values(services), ...Object.values(vcpuHour), ...Object.values(typeHour)];
    expect([name, prices.filter((price) => !(typeof price === "number" && price > 0))]).toEqual([name, []]);
    expect(Object.keys(typeHour).filter((type) => offeringOf(type) === undefined)).toEqual([]);
  }
});

test("prices that AWS's own price list quotes", () => {
  // From its files of 2026-08 to 2026-10: m6id.2xlarge, m7i.large, m7g.large; c7g.medium is one whose price does not follow.
  expect(instanceHour("eu-west-1", "m6id.2xlarge")).toBe(0.5292);
  expect(instanceHour("us-east-1", "m7i.large")).toBe(0.1008);
  expect(instanceHour("eu-central-1", "m7g.large")).toBeCloseTo(0.0978, 4);
  expect(instanceHour("us-east-1", "c7g.medium")).toBe(0.0363);
  expect(pricesOf("eu-west-1")).toMatchObject({ natHour: 0.048, gp3GbMonth: 0.088, clusterHour: 0.1, ipv4Hour: 0.005 });
});

test("what is not known has no price", () => {
  expect(pricesOf("cn-north-1")).toBeUndefined();
  expect(instanceHour("cn-north-1", "m6id.2xlarge")).toBeUndefined();
  expect(instanceHour("eu-west-1", "m99.large")).toBeUndefined();
  expect(instanceHour("eu-west-1", "m6id.gigantic")).toBeUndefined();
});

test("nearly every type that runner nodes may be has a price where it is sold", () => {
  const buyable = instanceTypes.filter(({ hypervisor, accelerated, bareMetal }) => hypervisor === "nitro" && !accelerated && !bareMetal);
  const sold = priceTable.regions.flatMap(({ name }) => buyable.filter((type) => soldIn(name, type.name) === true).map((type) => instanceHour(name, type.name)));
  expect(sold.length).toBeGreaterThan(3000);
  expect(sold.filter((price) => price === undefined).length / sold.length).toBeLessThan(0.1);
});
