/** What an expression in a text of Terraform's JSON syntax uses. */
export interface Uses {
  /** Names of functions. */
  readonly functions: readonly string[];
  /** What references begin with: a resource type, `data`, `path`, …; without the names that `for` binds. */
  readonly roots: readonly string[];
  /** Why it cannot be read: it is then to be refused whole. */
  readonly unreadable?: string;
}

/**
 * The expressions in a text: what stands between `${` and its `}`. `$${` is a literal, as in Terraform. What has no end,
 * a directive (`%{`) and three signs in a row give the rest of the text with a question mark in front, which is refused.
 */
export function expressionsIn(text: string): string[] {
  const found: string[] = [];
  const sigil = /(\$+|%+)\{/g;
  for (let match = sigil.exec(text); match; match = sigil.exec(text)) {
    const signs = match[1]!;
    if (signs.length === 2) continue;
    const end = signs === "$" ? closing(text, sigil.lastIndex) : -1;
    if (end < 0) return [...found, `?${text.slice(match.index)}`];
    found.push(text.slice(sigil.lastIndex, end));
    sigil.lastIndex = end;
  }
  return found;
}

/** Where the brace that was opened before `start` closes, past quoted texts; -1 if nowhere. */
function closing(text: string, start: number): number {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '"') {
      i = quoted(text, i);
      if (i < 0) return -1;
    } else if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return i;
  }
  return -1;
}

/** Where the quoted text that begins at `start` ends; -1 if nowhere. */
function quoted(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') return i;
  }
  return -1;
}

/** Functions and roots of one expression. A template inside a quoted text, a heredoc or a comment makes it unreadable. */
export function usesOf(expression: string): Uses {
  const nothing = { functions: [], roots: [] };
  if (expression.startsWith("?")) return { ...nothing, unreadable: expression.slice(1) };
  let bare = "";
  for (let i = 0; i < expression.length; i++) {
    if (expression[i] !== '"') {
      bare += expression[i]!;
      continue;
    }
    const end = quoted(expression, i);
    const literal = expression.slice(i, end < 0 ? undefined : end + 1);
    if (end < 0 || expressionsIn(literal).length > 0) return { ...nothing, unreadable: literal };
    bare += '""';
    i = end;
  }
  const strange = /<<|\/\*|\/\/|#|::|\$\{|%\{|[^\x20-\x7e\n]/.exec(bare);
  if (strange) return { ...nothing, unreadable: strange[0] };
  const functions = [...bare.matchAll(/([A-Za-z_][\w-]*)\s*\(/g)].map(([, name]) => name!);
  const bound = [...bare.matchAll(/\bfor\s+([A-Za-z_]\w*)(?:\s*,\s*([A-Za-z_]\w*))?\s+in\b/g)].flatMap(([, a, b]) => [a, b]);
  const roots = [...bare.matchAll(/(?<![\w.-])(?<!\.\s*)([A-Za-z_][\w-]*)(?!\s*\(|[\w-])/g)]
    .map(([, name]) => name!)
    .filter((name) => !bound.includes(name) && !["for", "in", "if"].includes(name));
  return { functions: [...new Set(functions)], roots: [...new Set(roots)] };
}
