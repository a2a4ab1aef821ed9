import type { OptionNamePart, OptionNode } from "../proto/ast.js";

/**
 * What to sort options by: their names, custom options last.
 *
 * Options of one extension that is spelled in several ways, `(a.b)` and `(.x.a.b)`, get one key: their order has a meaning
 * (items of a list, or a field that is set after its message), and must stay. Which names mean the same is not known
 * here, so all with the same last word are taken for that.
 */
export function keysOfOptions(options: readonly OptionNode[]): Map<OptionNode, string> {
  const groups = new Map<string, OptionNode[]>();
  for (const option of options) {
    const first = option.name[0]!;
    const name = `${first.isExtension}${lastWord(first)}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [option]);
    else group.push(option);
  }
  const keys = new Map<OptionNode, string>();
  for (const group of groups.values()) {
    const shared = hasSeveralSpellings(group) ? group.map(keyOf).sort()[0] : undefined;
    for (const option of group) keys.set(option, shared ?? keyOf(option));
  }
  return keys;
}

function hasSeveralSpellings(options: readonly OptionNode[]): boolean {
  const spellings = new Map<string, string>();
  for (const part of options.flatMap((one) => one.name)) {
    if (!part.isExtension) continue;
    const word = lastWord(part);
    if ((spellings.get(word) ?? part.text) !== part.text) return true;
    spellings.set(word, part.text);
  }
  return false;
}

function lastWord(part: OptionNamePart): string {
  return part.text.slice(part.text.lastIndexOf(".") + 1);
}

function keyOf(option: OptionNode): string {
  const name = option.name.map((part) => (part.isExtension ? `(${part.text})` : part.text)).join(".");
  return `${option.name[0]!.isExtension ? 1 : 0}${name}`;
}
