/**
 * Escapes `${` and `%{` in every string of a value, so that Terraform takes scripts and GitHub expressions literally.
 * References made by cdktf (`${TfToken[…]}`) are left alone.
 */
export function escapeLiterals<T>(value: T): T {
  if (typeof value === "string") {
    return value.replace(/\$\{(?!TfToken\[)/g, "$$${").replace(/%\{/g, "%%{") as T;
  }
  if (Array.isArray(value)) return value.map(escapeLiterals) as T;
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapeLiterals(item as unknown)])) as T;
  }
  return value;
}
