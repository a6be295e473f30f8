import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { fireEvent, screen, within } from '@testing-library/react';
import axe from 'axe-core';
import { StatusApi, SystemsResponse } from '@shopfloor/plugin-status-common';
import { statusApiRef } from '../api';
import { StatusPage } from './StatusPage';

const now = new Date();
const ago = (seconds: number) =>
  new Date(now.getTime() - seconds * 1000).toISOString();

const response: SystemsResponse = {
  intervalMs: 5000,
  now: now.toISOString(),
  portal: { version: '0.1.0', startedAt: ago(3600) },
  systems: [
    {
      name: 'postgres',
      title: { en: 'PostgreSQL', zh: 'PostgreSQL' },
      kind: 'postgres',
      state: 'ok',
      version: '18.4',
      latencyMs: 3,
      since: ago(7200),
      observedAt: ago(2),
      impact: { en: 'Nothing can be saved.', zh: '数据无法保存。' },
      connect: { en: 'Set backend.database.', zh: '请设置 backend.database。' },
    },
    {
      name: 'prometheus',
      title: { en: 'Prometheus', zh: 'Prometheus' },
      kind: 'prometheus',
      state: 'failing',
      address: 'http://127.0.0.1:7090',
      since: ago(180),
      observedAt: ago(2),
      problem: { code: 'refused', message: 'connection refused' },
      impact: { en: 'SLOs are stale.', zh: 'SLO 数据过时。' },
      connect: { en: 'Set the address.', zh: '请设置地址。' },
    },
    {
      name: 'vault',
      title: { en: 'Vault', zh: 'Vault' },
      kind: 'vault',
      state: 'not-connected',
      impact: { en: 'No secrets.', zh: '没有密钥。' },
      connect: { en: 'Set SHOPFLOOR_VAULT_URL.', zh: '请设置。' },
    },
  ],
};

async function render(api: StatusApi) {
  return renderInTestApp(<StatusPage />, {
    apis: [[statusApiRef, api], mockApis.translation()] as never,
  });
}

describe('the status page', () => {
  it('answers first, naming what does not answer', async () => {
    await render({ getSystems: async () => response });
    expect(
      await screen.findByText('1 system does not answer: Prometheus'),
    ).toBeInTheDocument();
    const row = screen.getByText('Prometheus').closest('tr')!;
    expect(within(row).getByText('Failing')).toBeInTheDocument();
    expect(within(row).getByText('3 minutes ago')).toBeInTheDocument();
    expect(within(row).getByText('SLOs are stale.')).toBeInTheDocument();
  });

  it('never shows a system that is not connected as well', async () => {
    await render({ getSystems: async () => response });
    const row = (await screen.findByText('Vault')).closest('tr')!;
    expect(within(row).getByText('Not connected')).toBeInTheDocument();
    expect(within(row).queryByText('OK')).not.toBeInTheDocument();
  });

  it('opens what is wrong and how to connect a system', async () => {
    await render({ getSystems: async () => response });
    fireEvent.click(
      await screen.findByRole('button', {
        name: 'Show details of Prometheus',
      }),
    );
    expect(
      screen.getByText('Nobody listens there (connection refused)'),
    ).toBeInTheDocument();
    expect(screen.getByText('Set the address.')).toBeInTheDocument();
  });

  it('tells a failure and tries again', async () => {
    const getSystems = jest
      .fn<Promise<SystemsResponse>, []>()
      .mockRejectedValueOnce(new Error('Failed to fetch'))
      .mockResolvedValue(response);
    await render({ getSystems });
    fireEvent.click(await screen.findByText('Try again'));
    expect(await screen.findByText('PostgreSQL')).toBeInTheDocument();
  });

  it('tells a refusal as one', async () => {
    await render({
      getSystems: async () => {
        throw Object.assign(new Error('Forbidden'), {
          name: 'NotAllowedError',
        });
      },
    });
    expect(await screen.findByText('You may not see this')).toBeInTheDocument();
  });

  it('teaches when no system is watched', async () => {
    await render({ getSystems: async () => ({ ...response, systems: [] }) });
    expect(
      await screen.findByText('No system is watched yet'),
    ).toBeInTheDocument();
  });

  it('has no accessibility violations that axe finds', async () => {
    const { container } = await render({ getSystems: async () => response });
    await screen.findByText('Prometheus');
    const results = await axe.run(container, {
      // jsdom has no layout, so colours are checked in the browser.
      rules: { 'color-contrast': { enabled: false } },
    });
    expect(results.violations.map(violation => violation.id)).toEqual([]);
  });
});
