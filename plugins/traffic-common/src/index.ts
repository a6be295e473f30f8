/**
 * Istio traffic control: types, permissions, client and pure functions.
 *
 * @packageDocumentation
 */
export * from './annotations';
export * from './api';
export * from './change';
export * from './compareShares';
export * from './forwardStep';
export * from './gate';
export * from './istio';
export * from './managers';
export * from './permissions';
export * from './routeModel';
export * from './snapshot';
export * from './TrafficClient';
export * from './weights';
