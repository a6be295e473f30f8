/**
 * What tests and tools may use of the sandbox. Plugins and services never do.
 *
 * @packageDocumentation
 */
export { readSecrets, type SandboxSecrets } from './config/secrets.ts';
export { readPorts, type PortMap, type PortName } from './config/ports.ts';
export { kubeconfigOf } from './config/context.ts';
export { shopAccessToken } from './signIn/shopAccessToken.ts';
export { signInToken } from './signIn/signInToken.ts';
export { buildTools, type BuildToolsOptions } from './tools/buildTools.ts';
export type {
  PartState,
  PartStatus,
  SandboxStatus,
  ToolName,
} from './supervisor/types.ts';
