import { regionTable } from "../../../modules/facts/regions";
import { mergeRegions } from "../../../operations/facts/regions";

test("a region's zones and endpoints are renewed; one that cannot be asked keeps what is known", () => {
  const renewed = mergeRegions(regionTable, [
    { name: "us-west-1", partition: "aws", zoneIds: ["usw1-az1", "usw1-az2", "usw1-az3"], endpoints: ["com.amazonaws.us-west-1.eks"] },
    { name: "mx-central-1", partition: "aws" },
    { name: "eu-west-4", partition: "aws", zoneIds: ["euw4-az1"], endpoints: ["com.amazonaws.eu-west-4.eks", "com.amazonaws.eu-west-4.sts"] },
  ], ["eks", "sts"]);
  const of = (name: string) => renewed.find((region) => region.name === name);
  expect(of("us-west-1")).toEqual({ name: "us-west-1", partition: "aws", zones: 2, withoutEndpoints: ["sts"] });
  expect(of("mx-central-1")).toEqual(regionTable.regions.find(({ name }) => name === "mx-central-1"));
  expect(of("eu-west-4")).toEqual({ name: "eu-west-4", partition: "aws", zones: 1 });
});
