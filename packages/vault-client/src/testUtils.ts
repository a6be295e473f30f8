/**
 * A real OpenBao for tests.
 *
 * @packageDocumentation
 */
export * from './__testUtils__/TestBao';
