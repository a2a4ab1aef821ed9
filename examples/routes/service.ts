import { readFileSync } from "node:fs";
import { RpcError, type ServiceImpl, Status } from "peregrine";
import { create, fromJson, type JsonValue, toJsonString } from "peregrine/protobuf";
import { type Place, PlaceSchema, type Point, PointSchema, type RouteGuide, type RouteNote } from "./gen/routes_pb.js";

const degree = 1e7;
const earthRadiusMetres = 6_371_000;
const walkingMetresPerSecond = 4_000 / 3_600;

/** Reads the data file; each entry is the JSON form of a `Place`. */
export function readPlaces(path: string): Place[] {
  const entries = JSON.parse(readFileSync(path, "utf8")) as JsonValue[];
  return entries.map((entry) => fromJson(PlaceSchema, entry));
}

/** The handlers, over a list of places. */
export function routeGuide(places: readonly Place[]): ServiceImpl<typeof RouteGuide> {
  const byPoint = new Map(places.map((place) => [keyOf(place.location), place]));
  const notes = new Map<string, RouteNote[]>();
  return {
    getPlace(point) {
      const place = byPoint.get(keyOf(point));
      if (place === undefined) throw new RpcError(Status.NOT_FOUND, `no place is known at ${keyOf(point)}`);
      return place;
    },

    async *listPlaces({ low, high }) {
      if (low === undefined || high === undefined) throw new RpcError(Status.INVALID_ARGUMENT, "give low and high");
      const inside = places.filter(({ location: at }) => at !== undefined && within(at, low, high));
      yield* inside.sort((a, b) => (a.location?.latitude ?? 0) - (b.location?.latitude ?? 0));
    },

    async recordRoute(points) {
      let pointCount = 0;
      let placeCount = 0;
      let distance = 0;
      let last: Point | undefined;
      for await (const point of points) {
        pointCount++;
        if (byPoint.has(keyOf(point))) placeCount++;
        if (last !== undefined) distance += metresBetween(last, point);
        last = point;
      }
      const seconds = BigInt(Math.round(distance / walkingMetresPerSecond));
      return { pointCount, placeCount, distance: Math.round(distance), walkingTime: { seconds } };
    },

    async *routeChat(incoming) {
      for await (const note of incoming) {
        const key = keyOf(note.location);
        const before = notes.get(key) ?? [];
        notes.set(key, [...before, note]);
        yield* before;
      }
    },
  };
}

function keyOf(point: Point | undefined): string {
  return toJsonString(PointSchema, point ?? create(PointSchema));
}

function within(at: Point, low: Point, high: Point): boolean {
  return (
    at.latitude >= low.latitude &&
    at.latitude <= high.latitude &&
    at.longitude >= low.longitude &&
    at.longitude <= high.longitude
  );
}

/** Great-circle distance by the haversine formula. */
function metresBetween(a: Point, b: Point): number {
  const radians = (units: number): number => (units / degree) * (Math.PI / 180);
  const north = radians(b.latitude - a.latitude);
  const east = radians(b.longitude - a.longitude);
  const slope = Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude));
  const h = Math.sin(north / 2) ** 2 + slope * Math.sin(east / 2) ** 2;
  return 2 * earthRadiusMetres * Math.asin(Math.sqrt(h));
}
