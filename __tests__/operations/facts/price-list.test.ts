import { INSTANCES, instancePrices, regionRow, servicePrices, SERVICES } from "../../../operations/facts/price-list";

type Steps = readonly { readonly beginRange: string; readonly usd?: string }[];
const product = (attributes: Record<string, string>, steps: Steps) =>
  JSON.stringify({
    product: { attributes },
    terms: { OnDemand: { a: { priceDimensions: Object.fromEntries(steps.map(({ beginRange, usd }, i) => [String(i), { beginRange, pricePerUnit: usd === undefined ? { CNY: "1.0" } : { USD: usd } }])) } } },
  });
const answer = (...products: string[]) => JSON.stringify({ FormatVersion: "aws_v1", PriceList: products });
const once = (usd?: string): Steps => [{ beginRange: "0", ...(usd === undefined ? {} : { usd }) }];
const question = (service: string, name: string) => SERVICES.find((one) => one.service === service && name in one.usage)!;

test("instances by their types; what is free or in another currency has no price", () => {
  const found = instancePrices(
    answer(product({ instanceType: "m6id.large" }, once("0.1323")), product({ instanceType: "m6id.xlarge" }, once("0.0000000000")), product({ instanceType: "m6id.2xlarge" }, once())),
  );
  expect([...found]).toEqual([["m6id.large", 0.1323]]);
  expect(instancePrices("{}").size).toBe(0);
  expect(INSTANCES.filters).toMatchObject({ operatingSystem: "Linux", tenancy: "Shared", capacitystatus: "Used" });
});

test("a service's price by the end of its usage type, at its first step", () => {
  expect(
    servicePrices(
      question("AmazonVPC", "ipv4Hour"),
      answer(
        product({ usagetype: "EU-VpcEndpoint-GWLBE-Hours" }, once("0.0125")),
        product({ usagetype: "EU-VpcEndpoint-Hours" }, once("0.011")),
        product({ usagetype: "EU-PublicIPv4:IdleAddress" }, once("0.004")),
        product({ usagetype: "EU-PublicIPv4:InUseAddress" }, [{ beginRange: "100", usd: "0.001" }, { beginRange: "0", usd: "0.005" }]),
      ),
    ),
  ).toEqual({ endpointHour: 0.011, ipv4Hour: 0.005 });
  // Without letters of a region, as in us-east-1; and not of the regional gateway.
  expect(servicePrices(question("AmazonEC2", "natHour"), answer(product({ usagetype: "EU-RegionalNatGateway-Hours" }, once("0.1")), product({ usagetype: "NatGateway-Hours" }, once("0.045"))))).toEqual({ natHour: 0.045 });
  expect(servicePrices(question("awskms", "kmsKeyMonth"), answer())).toEqual({});
});

test("a row has a price of a vCPU for each family, and by itself what does not follow it", () => {
  const instances = new Map([
    ["m6id.large", 0.1323],
    ["m6id.xlarge", 0.2646],
    ["m6id.2xlarge", 0.5292],
    ["m6id.metal", 9],
    ["c7g.medium", 0.0363],
    ["c7g.large", 0.0725],
    ["c7g.xlarge", 0.145],
    ["t3.small", 0.0208],
    ["g5.xlarge", 1.006],
    ["m99.large", 1],
  ]);
  expect(regionRow("us-east-1", { natHour: 0.045 }, instances)).toEqual({
    name: "us-east-1",
    natHour: 0.045,
    vcpuHour: { c7g: 0.03625, m6id: 0.06615, t3: 0.0104 },
    typeHour: { "c7g.medium": 0.0363 },
  });
});
