import '@shopfloor/ui';
import '@testing-library/jest-dom';

// A busy machine renders slowly; a test that hangs still ends.
jest.setTimeout(30_000);
