/* eslint-disable jest/no-export, jest/valid-describe-callback, jest/valid-title, jest/no-disabled-tests -- the suites of all adapters are skipped the same way */

/**
 * A suite that needs a server, whose address a variable tells. `npm run test:adapters`
 * starts the servers that can be had; without one the suite is skipped, and the
 * reason stands in its name.
 */
export function describeWithServer(
  variable: string,
  server: string,
  suite: () => void,
): void {
  if (process.env[variable]) {
    describe(server, suite);
  } else {
    describe.skip(
      `${server} (skipped: ${variable} is not set; npm run test:adapters sets it where the server can be had)`,
      suite,
    );
  }
}
