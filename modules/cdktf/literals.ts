/**
 * Escapes `${` and `%{` in a text, so that Terraform takes scripts and GitHub expressions literally. References made by
 * cdktf (`${TfToken[…]}`) are left alone.
 */
export const escapeLiterals = (text: string): string =>
  text.replace(/\$\{(?!TfToken\[)/g, "$$${").replaceAll("%{", "%%{");
