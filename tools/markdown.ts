/** A fenced block of code in a Markdown file. */
export interface CodeBlock {
  readonly language: string;
  /** What stands after the language on the fence, split at spaces: `run`, `no-check`, a file name. */
  readonly marks: readonly string[];
  readonly text: string;
  /** Line of the first line of code, counted from 1. */
  readonly line: number;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

/** The fenced blocks of a Markdown text; a fence ends with one of the same length or longer. */
export function findBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = markdown.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const fence = /^\s*(`{3,}|~{3,})\s*(.*)$/.exec(lines[i]!);
    if (fence === null) continue;
    const first = i + 1;
    for (i = first; i < lines.length && !lines[i]!.trim().startsWith(fence[1]!); ) i++;
    const [language = "", ...marks] = fence[2]!.trim().split(/\s+/);
    blocks.push({ language, marks, text: `${lines.slice(first, i).join("\n")}\n`, line: first + 1 });
  }
  return blocks;
}

/** The targets of links and pictures outside of code. */
export function findLinks(markdown: string): Link[] {
  return proseLines(markdown).flatMap((text, index) =>
    [...text.replace(/`[^`]*`/g, "").matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].map((match) => ({
      target: match[1]!,
      line: index + 1,
    })),
  );
}

/** The anchors that headings make, in the way that GitHub makes them. */
export function findAnchors(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of proseLines(markdown)) {
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const base = heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let anchor = base;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${base}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The lines, with those of fenced code emptied. */
function proseLines(markdown: string): string[] {
  const lines = markdown.split("\n");
  for (const block of findBlocks(markdown)) {
    const count = block.text.split("\n").length - 1;
    lines.fill("", block.line - 2, block.line + count);
  }
  return lines;
}
