import { Flag, FrameType, frameHeaderBytes, readUint31, writeUint32 } from "../../src/http2/frame/frame-header.js";
import { bytesOf, frame, uint32 } from "../../src/http2/frames.testing.js";
import type { SeededRandom } from "../simulation/seeded-random.js";

/** Numbers at which things change. */
const interesting: readonly number[] = [
  0, 1, 2, 4, 5, 8, 100, 0x7f, 0x80, 0xff, 0x100, 4_095, 4_096, 16_383, 16_384, 16_385, 65_535, 65_536, 0xff_ffff,
  0x7fff_fffe, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];
/** A frame is repeated so often at most: past the limits of what a peer may do for nothing. */
const repeatsMax = 1_100;
/** All frames together, in bytes: enough for every limit, and quick. */
const totalBytesMax = 400_000;

type Frames = Uint8Array[];
type Mutation = (frames: Frames, random: SeededRandom, pool: readonly Uint8Array[]) => void;

/** Changes a conversation in one to a few places; the frames that were given stay as they are. */
export function mutateFrames(
  original: readonly Uint8Array[],
  random: SeededRandom,
  pool: readonly Uint8Array[],
  changesMax: number = 8,
): Frames {
  const frames = [...original];
  const count = random.scale(1, changesMax + 1);
  for (let i = 0; i < count; i++) random.pick(mutations)(frames, random, pool);
  let total = 0;
  return frames.filter((one) => {
    total += one.length;
    return total <= totalBytesMax;
  });
}

/** A number that is likely to be a limit of something. */
export function interestingNumber(random: SeededRandom): number {
  return random.chance(0.7) ? random.pick(interesting) : random.int(0, 0xffff_ffff);
}

/** A frame that was never recorded: mostly right in form, with numbers of any size. */
export function madeFrame(random: SeededRandom, streamIds: readonly number[]): Uint8Array {
  const made = wellMadeFrame(random, streamIds);
  if (random.chance(0.85)) return made;
  return withLength(made.slice(0, random.int(frameHeaderBytes, made.length)));
}

function wellMadeFrame(random: SeededRandom, streamIds: readonly number[]): Uint8Array {
  const id =
    random.chance(0.8) && streamIds.length > 0 ? random.pick(streamIds) : interestingNumber(random) & 0x7fff_ffff;
  const number = uint32(interestingNumber(random));
  const flags = random.chance(0.5) ? random.pick([0, 1, 4, 5, 8, 9, 0x20, 0x2d]) : 0;
  switch (random.int(0, 10)) {
    case 0:
      return frame(FrameType.SETTINGS, flags & 1, 0, settingsPayload(random));
    case 1:
      return frame(FrameType.WINDOW_UPDATE, flags, random.chance(0.5) ? 0 : id, number);
    case 2:
      return frame(FrameType.PING, flags, 0, bytesOf(number, uint32(7)));
    case 3:
      return frame(FrameType.RST_STREAM, flags, id, uint32(random.int(0, 14)));
    case 4:
      return frame(FrameType.GOAWAY, flags, 0, bytesOf(uint32(id), uint32(random.int(0, 14))));
    case 5:
      return frame(FrameType.PRIORITY, flags, id, bytesOf(number, 1));
    case 6:
      return frame(FrameType.DATA, flags, id, randomBytes(random, random.scale(1, 200)));
    case 7:
      return frame(FrameType.CONTINUATION, flags, id, randomBytes(random, random.scale(1, 40)));
    case 8:
      return frame(FrameType.HEADERS, flags, id, randomBytes(random, random.scale(1, 60)));
    case 9:
      return frame(FrameType.PUSH_PROMISE, flags, id, number);
    default:
      return frame(random.int(10, 255), flags, id, randomBytes(random, random.int(0, 20)));
  }
}

export function randomBytes(random: SeededRandom, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.int(0, 255));
}

function settingsPayload(random: SeededRandom): Uint8Array {
  const parts: (number | Uint8Array)[] = [];
  const count = random.int(0, 3);
  for (let i = 0; i < count; i++) parts.push(0, random.int(0, 8), uint32(interestingNumber(random)));
  return bytesOf(...parts);
}

function idsOf(frames: readonly Uint8Array[]): number[] {
  const ids = new Set<number>();
  for (const one of frames) if (one.length >= frameHeaderBytes) ids.add(readUint31(one, 5));
  return [...ids];
}

/** Changes a copy of one frame. */
function edit(change: (bytes: Uint8Array, random: SeededRandom, frames: Frames) => Uint8Array): Mutation {
  return (frames, random) => {
    if (frames.length === 0) return;
    const at = random.int(0, frames.length - 1);
    const old = frames[at] as Uint8Array;
    if (old.length > 0) frames[at] = change(old.slice(), random, frames);
  };
}

/** Changes a field of the frame header. */
function editHeader(change: (bytes: Uint8Array, random: SeededRandom, frames: Frames) => void): Mutation {
  return edit((bytes, random, frames) => {
    if (bytes.length >= frameHeaderBytes) change(bytes, random, frames);
    return bytes;
  });
}

function withLength(bytes: Uint8Array): Uint8Array {
  const length = bytes.length - frameHeaderBytes;
  if (length < 0) return bytes;
  bytes[0] = length >>> 16;
  bytes[1] = length >>> 8;
  bytes[2] = length;
  return bytes;
}

/** Cuts `count` bytes out, and puts others in. */
function spliced(bytes: Uint8Array, at: number, count: number, put: Uint8Array): Uint8Array {
  return bytesOf(bytes.subarray(0, at), put, bytes.subarray(at + count));
}

/** HEADERS becomes HEADERS and CONTINUATION. */
const splitHeaders: Mutation = (frames, random) => {
  const places = frames.flatMap((one, at) => (one.length > 20 && one[3] === FrameType.HEADERS ? [at] : []));
  if (places.length === 0) return;
  const at = random.pick(places);
  const whole = frames[at] as Uint8Array;
  const flags = whole[4] as number;
  const id = readUint31(whole, 5);
  const cut = random.int(frameHeaderBytes, whole.length);
  const parts = [frame(FrameType.HEADERS, flags & ~Flag.END_HEADERS, id, whole.subarray(frameHeaderBytes, cut))];
  const pieces = random.int(0, 10);
  for (let i = 0; i < pieces; i++) parts.push(frame(FrameType.CONTINUATION, 0, id));
  parts.push(frame(FrameType.CONTINUATION, Flag.END_HEADERS, id, whole.subarray(cut)));
  frames.splice(at, 1, ...parts);
};

const mutations: readonly Mutation[] = [
  edit((bytes, random) => {
    const at = random.int(0, bytes.length - 1);
    bytes[at] = (bytes[at] as number) ^ (1 << random.int(0, 7));
    return bytes;
  }),
  edit((bytes, random) => {
    bytes[random.int(0, bytes.length - 1)] = random.pick([0, 1, 0x7f, 0x80, 0xff, 0x20, 0x3f, 0x40]);
    return bytes;
  }),
  edit((bytes, random) => spliced(bytes, random.int(0, bytes.length), 0, randomBytes(random, random.scale(1, 20)))),
  edit((bytes, random) => spliced(bytes, random.int(0, bytes.length - 1), random.scale(1, 20), new Uint8Array(0))),
  edit((bytes, random) => {
    const at = random.int(Math.min(frameHeaderBytes, bytes.length), bytes.length);
    return withLength(spliced(bytes, at, random.int(0, 8), randomBytes(random, random.int(0, 8))));
  }),
  edit((bytes, random) =>
    withLength(bytes.slice(0, random.int(Math.min(frameHeaderBytes, bytes.length), bytes.length))),
  ),
  edit((bytes, random) => {
    const type = bytes[3];
    if (bytes.length < frameHeaderBytes || (type !== FrameType.DATA && type !== FrameType.HEADERS)) return bytes;
    const padding = random.int(0, 255);
    bytes[4] = (bytes[4] as number) | Flag.PADDED;
    const content = bytesOf(bytes.subarray(0, frameHeaderBytes), padding, bytes.subarray(frameHeaderBytes));
    return withLength(bytesOf(content, new Uint8Array(padding)));
  }),
  editHeader((bytes, random) => {
    const length = interestingNumber(random);
    bytes[0] = length >>> 16;
    bytes[1] = length >>> 8;
    bytes[2] = length;
  }),
  editHeader((bytes, random) => {
    bytes[3] = random.int(0, 10);
  }),
  editHeader((bytes, random) => {
    bytes[4] = (bytes[4] as number) ^ (1 << random.int(0, 7));
  }),
  editHeader((bytes, random, frames) => {
    const near = readUint31(bytes, 5) + random.pick([-2, -1, 1, 2, 4, 100]);
    writeUint32(
      bytes,
      5,
      random.chance(0.5) ? random.pick(idsOf(frames)) : random.pick([0, near, interestingNumber(random)]),
    );
  }),
  (frames, random) => {
    if (frames.length > 0) frames.splice(random.int(0, frames.length - 1), random.int(1, 2));
  },
  (frames, random) => {
    if (frames.length > 0) frames.splice(random.int(0, frames.length), 0, random.pick(frames));
  },
  (frames, random) => {
    if (frames.length === 0) return;
    const [moved] = frames.splice(random.int(0, frames.length - 1), 1);
    frames.splice(random.int(0, frames.length), 0, moved as Uint8Array);
  },
  (frames, random, pool) => {
    frames.splice(random.int(0, frames.length), 0, random.pick(pool));
  },
  (frames, random) => {
    frames.splice(random.int(0, frames.length), 0, madeFrame(random, idsOf(frames)));
  },
  (frames, random) => {
    frames.splice(random.int(0, frames.length), 0, madeFrame(random, idsOf(frames)));
  },
  (frames, random) => {
    if (!random.chance(0.2)) return;
    const repeated = random.chance(0.5) && frames.length > 0 ? random.pick(frames) : madeFrame(random, idsOf(frames));
    const count = random.scale(2, repeatsMax);
    frames.splice(random.int(0, frames.length), 0, ...new Array<Uint8Array>(count).fill(repeated));
  },
  (frames, random) => {
    if (random.chance(0.3)) frames.length = random.int(0, frames.length);
  },
  splitHeaders,
];
