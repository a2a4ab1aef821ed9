import type { Reader } from "./reader.js";

/** Goes over the value of a field whose tag has been read. */
export function skipField(reader: Reader, tag: number): void {
  skipValue(reader, tag, reader.depthMax - reader.depth);
}

function skipValue(reader: Reader, tag: number, levels: number): void {
  switch (tag & 7) {
    case 0:
      reader.uint32();
      return;
    case 1:
      reader.advance(8);
      return;
    case 2:
      reader.pos = reader.endOfLength();
      return;
    case 3:
      skipGroup(reader, tag, levels);
      return;
    case 5:
      reader.advance(4);
      return;
    default:
      reader.fail("the end of a group that did not begin");
  }
}

function skipGroup(reader: Reader, tag: number, levels: number): void {
  if (levels <= 0) reader.fail(`nested deeper than ${reader.depthMax} levels`);
  for (;;) {
    const inner = reader.tag();
    if ((inner & 7) === 4) {
      if (inner >>> 3 !== tag >>> 3) reader.fail("the end of another group than began");
      return;
    }
    skipValue(reader, inner, levels - 1);
  }
}
