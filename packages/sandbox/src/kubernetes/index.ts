export * from './client.ts';
export * from './kubeconfig.ts';
export * from './types.ts';
export * from './watch.ts';
export * from './manifests.ts';
