// Loaded before a program (`node --require`): its clock is off by DRILL_CLOCK_OFFSET_MS, as that of a machine whose time was never set.
// Durations are not touched; a wrong clock runs as fast as a right one.
const offsetMs = Number(process.env.DRILL_CLOCK_OFFSET_MS ?? 0);
const RealDate = Date;
const now = () => RealDate.now() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
