import { mergeTemplate, unknownToKubernetes } from "../../../modules/contract/pod-template";

describe("merging", () => {
  const base = {
    metadata: { annotations: { a: "1" } },
    spec: {
      nodeSelector: { role: "runner" },
      tolerations: [{ key: "role", operator: "Exists" }],
      containers: [
        { name: "runner", image: "one", env: [{ name: "A", value: "1" }, { name: "B", value: "2" }], args: ["x", "y"], volumeMounts: [{ name: "work", mountPath: "/work" }] },
      ],
      volumes: [{ name: "work", emptyDir: {} }],
    },
  };

  test("maps merge by key, named lists by name, other lists are replaced, and what is new comes last", () => {
    const patch = {
      metadata: { annotations: { b: "2" }, labels: { team: "ci" } },
      spec: {
        nodeSelector: { disk: "nvme" },
        tolerations: [{ key: "gpu", operator: "Exists" }],
        containers: [
          { name: "runner", args: ["z"], env: [{ name: "B", value: "3" }, { name: "C", value: "4" }], volumeMounts: [{ name: "cache", mountPath: "/cache" }] },
          { name: "db", image: "postgres" },
        ],
        volumes: [{ name: "cache", emptyDir: { medium: "Memory" } }],
      },
    };
    expect(mergeTemplate<object>(base, patch)).toEqual({
      metadata: { annotations: { a: "1", b: "2" }, labels: { team: "ci" } },
      spec: {
        nodeSelector: { role: "runner", disk: "nvme" },
        tolerations: [{ key: "role", operator: "Exists" }, { key: "gpu", operator: "Exists" }],
        containers: [
          {
            name: "runner",
            image: "one",
            args: ["z"],
            env: [{ name: "A", value: "1" }, { name: "B", value: "3" }, { name: "C", value: "4" }],
            volumeMounts: [{ name: "work", mountPath: "/work" }, { name: "cache", mountPath: "/cache" }],
          },
          { name: "db", image: "postgres" },
        ],
        volumes: [{ name: "work", emptyDir: {} }, { name: "cache", emptyDir: { medium: "Memory" } }],
      },
    });
  });

  test("neither side is changed", () => {
    const before = structuredClone(base);
    mergeTemplate(base, { spec: { containers: [{ name: "runner", env: [{ name: "A", value: "9" }] }] } });
    expect(base).toEqual(before);
  });
});

test.each<[object, string]>([
  [{ spec: { dnsPolicy: "None", dnsConfig: { nameservers: ["10.0.0.2"] }, containers: [{ name: "db", image: "postgres", ports: [{ containerPort: 5432 }], livenessProbe: { tcpSocket: { port: "db" } } }] } }, ""],
  [{ spec: { containers: [{ name: "db", resources: { requests: { cpu: 1, memory: "1Gi" } } }] } }, ""],
  [{ sepc: {} }, "sepc | {} | an attribute that Kubernetes has there; did you mean spec?"],
  [{ spec: { containers: { name: "db" } } }, 'spec.containers | {"name":"db"} | a list'],
  [{ spec: { containers: [{ name: "db", ports: [{ containerPort: "http" }] }] } }, 'spec.containers.0.ports.0.containerPort | "http" | a number'],
  [{ spec: { containers: [{ name: "db", env: [{ name: "A", value: 1 }] }] } }, "spec.containers.0.env.0.value | 1 | text, in quotes"],
  [{ spec: { constructor: {} } }, "spec.constructor | {} | an attribute that Kubernetes has there"],
  [{ metadata: { labels: ["a"] } }, 'metadata.labels | ["a"] | a map of texts'],
])("%j: what Kubernetes would not know", (template, expected) => {
  expect(unknownToKubernetes(template).map(({ path, received, allowed }) => [path.join("."), JSON.stringify(received), allowed].join(" | ")).join("\n")).toBe(expected);
});
