import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { type Client, Status } from "peregrine";
import { create } from "peregrine/protobuf";
import { type InMemory, startInMemory } from "peregrine/testing";
import { PlaceSchema, RouteGuide } from "./gen/routes_pb.js";
import { routeGuide } from "./service.js";

const village = create(PlaceSchema, { name: "Village", location: { latitude: 10, longitude: 10 }, elevation: 800 });
const summit = create(PlaceSchema, { name: "Summit", location: { latitude: 20, longitude: 15 }, elevation: 3000 });
const far = create(PlaceSchema, { name: "Far", location: { latitude: 500, longitude: 500 }, elevation: 5 });

let memory: InMemory;
let guide: Client<typeof RouteGuide>;

beforeEach(async () => {
  memory = await startInMemory((server) => server.add(RouteGuide, routeGuide([summit, village, far])));
  guide = memory.client(RouteGuide);
});

afterEach(() => memory.close());

test("finds a place, or says that there is none", async () => {
  assert.equal((await guide.getPlace({ latitude: 10, longitude: 10 })).name, "Village");
  await assert.rejects(guide.getPlace({ latitude: 1 }), { code: Status.NOT_FOUND });
});

test("lists what is inside, from south to north", async () => {
  const names: string[] = [];
  const inside = { low: { latitude: 0, longitude: 0 }, high: { latitude: 100, longitude: 100 } };
  for await (const { name } of guide.listPlaces(inside)) names.push(name);
  assert.deepEqual(names, ["Village", "Summit"]);
  await assert.rejects(guide.listPlaces({}).next(), { code: Status.INVALID_ARGUMENT });
});

test("sums a walk up", async () => {
  const summary = await guide.recordRoute([
    { latitude: 10, longitude: 10 },
    { latitude: 1_000_010, longitude: 10 },
  ]);
  assert.deepEqual([summary.pointCount, summary.placeCount], [2, 1]);
  assert.ok(summary.distance > 11_000 && summary.distance < 11_200, `${summary.distance} m`);
});

test("tells what others left at a point, also on another call", async () => {
  const location = { latitude: 10, longitude: 10 };
  for await (const _ of guide.routeChat([{ location, message: "first" }])) assert.fail("nothing was there");
  const { value } = await guide.routeChat([{ location, message: "second" }]).next();
  assert.equal(value?.message, "first");
});
