import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import { useEnvironments } from './useEnvironments';

function Shown() {
  const { environments, environmentOf, among } = useEnvironments();
  return (
    <pre>
      {JSON.stringify({
        all: environments.map(({ name }) => name),
        production: environmentOf('production'),
        gone: environmentOf('gone'),
        among: among(['old', 'production', 'gone', 'old']).map(
          ({ name }) => name,
        ),
      })}
    </pre>
  );
}

it('environments are told by the configuration, and what it does not know by its name', async () => {
  await renderInTestApp(<Shown />, {
    config: {
      shopfloor: {
        environments: [
          { name: 'staging' },
          { name: 'production', title: 'Production', production: true },
        ],
      },
    },
  });
  expect(JSON.parse(screen.getByText(/staging/).textContent!)).toEqual({
    all: ['staging', 'production'],
    production: { name: 'production', title: 'Production', production: true },
    gone: { name: 'gone' },
    among: ['production', 'gone', 'old'],
  });
});
