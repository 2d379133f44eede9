/**
 * Imports go one way: a file may import from its own layer's folder and from the layers above it in this list.
 * docs/architecture.md draws it. `npm run lint` holds it.
 */
export const LAYERS = [
  ["errors", "^modules/user-error\\.ts$"],
  ["facts", "^modules/facts/"],
  ["types and fields", "^modules/config/"],
  ["contract", "^modules/contract/"],
  ["placement", "^modules/placement/"],
  ["rules", "^modules/rules/"],
  ["load", "^modules/load-config\\.ts$"],
  ["what every stack is written with", "^modules/cdktf/"],
  ["parts", "^modules/(bootstrap|cluster|karpenter|network|runner)/"],
  ["runners", "^modules/arc/"],
  ["add-ons", "^modules/addons/"],
  ["fleets", "^modules/dagger/"],
  ["monitoring", "^modules/monitoring/"],
  ["stacks", "^stacks/"],
  ["operations", "^operations/"],
  ["commands", "^(commands/|main\\.ts$)"],
  ["proofs", "^proofs/"],
];

export default {
  forbidden: [
    { name: "no circle of files", severity: "error", from: {}, to: { circular: true } },
    { name: "no circle of folders", severity: "error", scope: "folder", from: {}, to: { circular: true } },
    {
      name: "every file has a layer",
      severity: "error",
      from: { path: "^(modules|stacks|operations|commands|proofs)/.*\\.ts$", pathNot: LAYERS.map(([, path]) => path) },
      to: {},
    },
    ...LAYERS.slice(0, -1).map(([name, path], i) => ({
      name: `${name}: imports nothing from a later layer`,
      severity: "error",
      from: { path },
      to: { path: LAYERS.slice(i + 1).map(([, later]) => later) },
    })),
    { name: "the product imports no test", severity: "error", from: { path: "^(modules|stacks|operations|commands)/|^main\\.ts$" }, to: { path: "^(__tests__|proofs|\\.ci)/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".json"] },
  },
};
