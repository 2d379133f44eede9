import { Fn } from "cdktf";
import { userData, type UserDataPart } from "../contract/node-user-data";

/** User data as a launch template takes it. It may hold references that only Terraform can fill in. */
export function encodedUserData(parts: readonly UserDataPart[]): string {
  // cdktf escapes all of a raw string, references too, and checks what is none for quotes: so each goes by itself.
  const pieces = userData(parts).split(/(\$\{TfToken\[[^\]]+\]\})/).map((piece, i) => (i % 2 === 0 ? Fn.rawString(escaped(piece)) : piece));
  return Fn.base64encode(pieces.length === 1 ? pieces[0]! : Fn.join("", pieces));
}

/** What cdktf's raw strings leave as it is, and Terraform would read: backslashes, and directives. */
const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("%{", "%%{");
