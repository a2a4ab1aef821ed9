import type { HeaderList } from "../../../../src/base/transport.js";
import { END_STREAM, headers } from "../../../../src/http2/frames.testing.js";

/** A request that the server answers; more fields behind it, or others in place of some. */
export function request(method: string, ...more: string[]): HeaderList {
  return [":method", method, ":scheme", "http", ":path", "/", ":authority", "127.0.0.1", ...more];
}

export const get: HeaderList = request("GET");
export const post: HeaderList = request("POST");

/** A whole GET request. */
export function getOn(streamId: number, ...more: string[]): Uint8Array {
  return headers(streamId, [...get, ...more], END_STREAM);
}

/** The head of a POST request, whose body follows. */
export function postOn(streamId: number, ...more: string[]): Uint8Array {
  return headers(streamId, [...post, ...more]);
}
