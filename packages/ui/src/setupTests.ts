import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// What every page's tests need. A busy machine renders slowly, so waiting for the screen is bounded by
// minutes of the machine, not by the library's one second; a test that hangs still ends.
configure({ asyncUtilTimeout: 20_000 });
jest.setTimeout(60_000);
