import { escapeLiterals } from "../../../modules/cdktf/literals";

test("shell variables, GitHub expressions and templates are literals; cdktf's references are not", () => {
  expect(escapeLiterals("${HOME} ${{ secrets.X }} %{if} ${TfToken[TOKEN.7]} $HOME")).toBe(
    "$${HOME} $${{ secrets.X }} %%{if} ${TfToken[TOKEN.7]} $HOME",
  );
});
