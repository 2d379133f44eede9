import { helmValues, readHelmValues } from "../../../modules/cdktf/helm-values";

const VALUES = {
  tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
  replicas: 2,
  quantity: "0777",
  name: "${TfToken[TOKEN.1]}",
  on: "yes",
  script: "set -e\n  echo ${HOME}\n",
  annotations: { "helm.sh/resource-policy": "keep" },
  nothing: {},
};

test("values are YAML with their keys in order, texts quoted and scripts as they are", () => {
  expect(helmValues(VALUES)).toBe(`annotations:
  helm.sh/resource-policy: "keep"
name: "\${TfToken[TOKEN.1]}"
nothing: {}
"on": "yes"
quantity: "0777"
replicas: 2
script: |
  set -e
    echo \${HOME}
tolerations:
  - key: "CriticalAddonsOnly"
    operator: "Exists"
`);
});

test("the order in the code makes no other text", () => {
  expect(helmValues({ b: { d: 1, c: 2 }, a: 3 })).toBe(helmValues({ a: 3, b: { c: 2, d: 1 } }));
});

test("an object that is there twice is written twice: a reviewer need not follow an alias", () => {
  const placement = { nodeSelector: { support: "true" } };
  expect(helmValues({ a: placement, b: placement })).toBe('a:\n  nodeSelector:\n    support: "true"\nb:\n  nodeSelector:\n    support: "true"\n');
});

test("what was written is read as it was, also what earlier versions wrote as JSON", () => {
  expect(readHelmValues(helmValues(VALUES))).toEqual(VALUES);
  expect(readHelmValues(JSON.stringify(VALUES))).toEqual(VALUES);
});

test.each([["a: b: c"], ["a: 1\na: 2"], ["- a"], ["text"], [undefined], [{ a: 1 }]])("%j is no chart's values", (text) => {
  expect(readHelmValues(text)).toBeUndefined();
});
