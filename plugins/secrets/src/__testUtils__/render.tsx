import { ReactNode } from 'react';
import { identityApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { SecretsApi } from '@shopfloor/plugin-secrets-common';
import axe from 'axe-core';
import { Route, Routes, useLocation } from 'react-router-dom';
import { secretsApiRef } from '../api';
import { SecretsPage } from '../components/SecretsPage';
import { testConfig } from './secrets';

const services = ['orders', 'payments', 'cart'].map(name => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name,
    namespace: 'default',
    title: `${name[0].toUpperCase()}${name.slice(1)}`,
  },
  spec: { type: 'service' },
}));

function Where() {
  const { pathname, search } = useLocation();
  return <output data-testid="where">{`${pathname}${search}`}</output>;
}

/** Something of the plugin as the signed-in person sees it. */
export function renderWith(
  api: SecretsApi,
  element: ReactNode,
  options: { path?: string; email?: string } = {},
) {
  return renderInTestApp(
    <>
      {element}
      <Where />
    </>,
    {
      apis: [
        [secretsApiRef, api],
        [catalogApiRef, catalogApiMock({ entities: services })],
        [
          identityApiRef,
          mockApis.identity({
            userEntityRef: 'user:default/farid.rahimi',
            email: options.email ?? 'farid.rahimi@larkfield.example',
          }),
        ],
      ],
      config: testConfig,
      initialRouteEntries: [options.path ?? '/'],
    },
  );
}

/** The pages, mounted as the portal does below `/secrets`. */
export function renderPage(
  api: SecretsApi,
  path = '/secrets',
  options: { email?: string } = {},
) {
  return renderWith(
    api,
    <Routes>
      <Route path="/secrets/*" element={<SecretsPage />} />
    </Routes>,
    { path, ...options },
  );
}

/** What axe finds wrong, by rule and element. jsdom has no layout, so colours are checked in the browser. */
export async function violationsOf(container: Element): Promise<string[]> {
  const { violations } = await axe.run(container, {
    rules: { 'color-contrast': { enabled: false } },
  });
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
}

/** What the backend answers when it refuses. */
export function refusal(message: string, status = 400): Error {
  return Object.assign(new Error(`Request failed with ${status}`), {
    response: { status },
    body: { error: { message } },
  });
}
