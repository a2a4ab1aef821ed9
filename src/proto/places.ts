import type {
  DescriptorProto,
  EnumDescriptorProto,
  FileDescriptorProto,
  SourceCodeInfo_Location,
} from "@bufbuild/protobuf/wkt";

/** What a check found in a file. */
export interface Finding {
  /** The stable name of the rule, for instance `FIELD_NO_DELETE`. */
  readonly rule: string;
  /** The import name of the file. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, counted as `protoc` counts: UTF-8 bytes, and a tab goes to the next multiple of 8. */
  readonly column: number;
  readonly message: string;
}

/** The order in which findings are told. */
export function byPlace(a: Finding, b: Finding): number {
  return order(a.file, b.file) || a.line - b.line || a.column - b.column || order(a.rule, b.rule);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Says where the parts of a descriptor were written, from its source info. */
export class Places {
  readonly #file: FileDescriptorProto;
  readonly #paths = new Map<object, readonly number[]>();
  readonly #locations = new Map<string, SourceCodeInfo_Location>();

  constructor(file: FileDescriptorProto) {
    this.#file = file;
    this.#paths.set(file, []);
    for (const location of file.sourceCodeInfo?.location ?? []) {
      const key = location.path.join();
      if (!this.#locations.has(key)) this.#locations.set(key, location);
    }
    this.#addAll(file.messageType, [4], (message, path) => this.#addMessage(message, path));
    this.#addAll(file.enumType, [5], (one, path) => this.#addEnum(one, path));
    this.#addAll(file.service, [6], (service, path) => this.#addAll(service.method, [...path, 2]));
    this.#addAll(file.extension, [7]);
  }

  /** @param sub the path from the part to something in it, for instance `[1]`, its name */
  locationOf(part: object, sub: readonly number[] = []): SourceCodeInfo_Location | undefined {
    const path = this.#paths.get(part);
    return path === undefined ? undefined : this.#locations.get([...path, ...sub].join());
  }

  /** The finding at a part of the file; at the whole part where what is in it has no place of its own. */
  finding(rule: string, part: object, message: string, sub: readonly number[] = []): Finding {
    const [line, column] = (this.locationOf(part, sub) ?? this.locationOf(part))?.span ?? [0, 0];
    return { rule, file: this.#file.name, line: (line ?? 0) + 1, column: (column ?? 0) + 1, message };
  }

  #addAll<T extends object>(
    parts: readonly T[],
    path: readonly number[],
    inside?: (part: T, path: readonly number[]) => void,
  ): void {
    parts.forEach((part, index) => {
      const own = [...path, index];
      this.#paths.set(part, own);
      inside?.(part, own);
    });
  }

  #addMessage(message: DescriptorProto, path: readonly number[]): void {
    this.#addAll(message.field, [...path, 2]);
    this.#addAll(message.nestedType, [...path, 3], (nested, own) => this.#addMessage(nested, own));
    this.#addAll(message.enumType, [...path, 4], (one, own) => this.#addEnum(one, own));
    this.#addAll(message.extension, [...path, 6]);
    this.#addAll(message.oneofDecl, [...path, 8]);
  }

  #addEnum(one: EnumDescriptorProto, path: readonly number[]): void {
    this.#addAll(one.value, [...path, 2]);
  }
}
