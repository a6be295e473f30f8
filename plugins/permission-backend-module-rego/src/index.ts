/**
 * Permission policy of the portal, written in Rego and evaluated as WebAssembly.
 *
 * @packageDocumentation
 */
export { permissionModuleRego as default } from './module';
export * from './PolicyEvaluator';
export * from './RegoPermissionPolicy';
export * from './WasmPolicyEvaluator';
export * from './readDecision';
