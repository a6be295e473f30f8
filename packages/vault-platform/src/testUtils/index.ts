/**
 * A real OpenBao as the platform sets it up, for tests.
 *
 * @packageDocumentation
 */
export * from './TestPlatform';
