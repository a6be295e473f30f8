export * from './Drill.ts';
export * from './runDrills.ts';
export { drills } from './drills/index.ts';
