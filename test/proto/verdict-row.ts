import type { Sources } from "./verdict-sources.js";

/** A file, and what is to be made of it. */
export interface VerdictRow {
  readonly kind: string;
  readonly files: Readonly<Record<string, string>>;
  readonly protoc: "accepts" | "refuses";
  /** `line:column: message` of our first error; undefined where we accept it. */
  readonly error?: string;
  /** How the SHA-256 of `protoc`'s descriptor begins, as it stands in a `FileDescriptorSet`. */
  readonly sum?: string;
  /** Why we differ from `protoc` on purpose. */
  readonly why?: string;
}

type Row = Omit<VerdictRow, "kind">;

/** Both take it, and give the same bytes. */
export function accepted(files: Sources, sum: string): Row {
  return { files: filesOf(files), protoc: "accepts", sum };
}

/** Neither takes it. */
export function refused(files: Sources, error: string): Row {
  return { files: filesOf(files), protoc: "refuses", error };
}

/** `protoc` takes it; we do not, on purpose. */
export function refusedByUs(files: Sources, error: string, why: string): Row {
  return { files: filesOf(files), protoc: "accepts", error, why };
}

export function rowsOf(kind: string, rows: readonly Row[]): VerdictRow[] {
  return rows.map((row) => ({ kind, ...row }));
}

/** A row in short, for the name of a test. */
export function nameOfRow({ kind, files }: VerdictRow): string {
  const text = (files["t.proto"] ?? "").replace(/^\S+ = "\w+";\n/, "").replace(/\s+/g, " ");
  return `${kind}: ${text.length > 100 ? `${text.slice(0, 60)} ... ${text.slice(-36)}` : text}`;
}

function filesOf(files: Sources): Readonly<Record<string, string>> {
  return typeof files === "string" ? { "t.proto": files } : files;
}
