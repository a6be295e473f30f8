/**
 * A real OpenBao for tests.
 *
 * @packageDocumentation
 */
export * from './TestBao';
