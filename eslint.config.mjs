import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: [".ci", "**/*.mjs", "**/*.cjs", "dist", "cdktf.out*", "coverage", "jest.config.js", "eslint.config.mjs"] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A barrel import costs 6 s and half a gigabyte; a resource of its own costs milliseconds.
      "no-restricted-imports": [
        "error",
        { paths: ["aws", "helm", "kubernetes"].map((name) => ({ name: `@cdktf/provider-${name}`, message: "Import from …/lib/<resource>." })) },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
);
