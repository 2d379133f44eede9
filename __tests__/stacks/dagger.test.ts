import { scenario } from "../support/project";
import { snapshotsOf } from "../support/snapshots";

describe("what the stack holds by default", () => {
  const parts = {
    "main namespace": "the fleet's namespace",
    "main github-secret": "GitHub's credentials, written and never kept",
    "main nodes": "which nodes Karpenter may buy, and for how long",
    "main engine": "the engine of each node",
    "main runner-images": "images of runners come to a node with its engine",
    "main 2c-8g": "runners of the small size",
    "main 4c-16g": "runners of the large size",
    "engine-priority": "engines find room before runners",
    network: "what is read of the network",
    cluster: "what is read of the cluster",
    addons: "what is read of the controllers",
    stack: "access to the cluster, secrets, and what is handed on",
  };
  snapshotsOf(scenario("defaults"), "dagger", parts, 2);
});
