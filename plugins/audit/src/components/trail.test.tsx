import { StorageApi, storageApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { Act, ArchiveList, TrailApi } from '@shopfloor/plugin-audit-common';
import {
  configure,
  fireEvent,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { trailApiRef } from '../api';
import { TrailPage } from './TrailPage';

// A busy machine is slow, not wrong.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 15_000 });

const act: Act = {
  actId: 'a1',
  stream: 'traffic',
  sequence: 1,
  at: '2026-11-26T10:00:00.000Z',
  action: 'route-change',
  actor: 'user:default/ben.lindqvist',
  entityRef: 'component:default/products',
  environment: 'production',
  reason: 'Try v2',
  before: { weight: 0 },
  outcome: 'succeeded',
};

function testApi(overrides: Partial<TrailApi> = {}) {
  return {
    listActs: jest.fn(async () => ({
      items: [act],
      totalItems: 1,
      mayVerify: true,
    })),
    exportActs: jest.fn(async () => 'at\r\n'),
    listArchives: jest.fn(async () => ({ items: [], totalItems: 0 })),
    verify: jest.fn(async () => ({
      verifiedAt: new Date().toISOString(),
      streams: [],
    })),
    ...overrides,
  } satisfies TrailApi;
}

const show = (
  api: TrailApi,
  path = '/audit',
  storage: StorageApi = mockApis.storage(),
) =>
  renderInTestApp(<TrailPage />, {
    apis: [
      [trailApiRef, api],
      [storageApiRef, storage],
    ],
    config: { shopfloor: { environments: [] } },
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    initialRouteEntries: [path],
  });

describe('the audit page', () => {
  it('says who did what, why and how it ended', async () => {
    await show(
      testApi({
        listActs: async () => ({
          items: [
            act,
            { ...act, actId: 'a2', actor: 'plugin:x', outcome: 'unknown' },
          ],
          totalItems: 2,
          mayVerify: true,
        }),
      }),
    );
    expect(
      await screen.findByText('How 1 of the 2 acts shown ended is unknown'),
    ).toBeVisible();
    const [, first, second] = within(
      screen.getByRole('table', { name: 'Acts' }),
    ).getAllByRole('row');
    for (const text of ['traffic · route-change', 'Try v2', 'Done']) {
      expect(within(first).getByText(text)).toBeVisible();
    }
    expect(within(first).getByText(/"weight": 0/)).toBeInTheDocument();
    expect(within(second).getByText('plugin:x')).toBeVisible();
  });

  it('asks as the URL says, and takes the same as a file', async () => {
    const api = testApi();
    const createObjectURL = jest.fn(() => 'blob:x');
    Object.assign(URL, { createObjectURL, revokeObjectURL: jest.fn() });
    const click = jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(() => undefined);
    await show(api, '/audit?stream=traffic&outcome=denied&range=all');
    await screen.findByText('1 act');
    const wanted = { stream: ['traffic'], outcome: ['denied'] };
    expect(api.listActs).toHaveBeenLastCalledWith(wanted, expect.anything());
    await userEvent.type(screen.getByLabelText('Service'), 'products{Enter}');
    await waitFor(() =>
      expect(api.listActs).toHaveBeenLastCalledWith(
        { ...wanted, entity: ['products'] },
        expect.anything(),
      ),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Download as CSV' }),
    );
    await waitFor(() => expect(click).toHaveBeenCalledTimes(1));
    expect(api.exportActs).toHaveBeenCalledWith('csv', {
      ...wanted,
      entity: ['products'],
    });
    click.mockRestore();
  });

  it('asks for a beginning and an end in the zone that it names, for list, file and saved search', async () => {
    const api = testApi();
    await show(api, '/audit?range=custom&from=2026-11-01T08:00:00Z');
    await screen.findByText('1 act');
    const from = '2026-11-01T08:00:00.000Z';
    expect(api.listActs).toHaveBeenLastCalledWith(
      expect.objectContaining({ from }),
      expect.anything(),
    );
    const end = screen.getByLabelText('Until before');
    expect(end).toHaveAccessibleDescription(
      `In your time zone, ${new Intl.DateTimeFormat().resolvedOptions().timeZone}`,
    );
    fireEvent.change(end, { target: { value: '2020-01-01T00:00' } });
    fireEvent.blur(end);
    expect(end).toHaveAccessibleDescription('Must be after the beginning.');
    fireEvent.change(end, { target: { value: '2026-11-03T10:30' } });
    fireEvent.blur(end);
    const to = new Date(2026, 10, 3, 10, 30).toISOString();
    await waitFor(() =>
      expect(api.listActs).toHaveBeenLastCalledWith(
        expect.objectContaining({ from, to }),
        expect.anything(),
      ),
    );
    expect(api.listActs).not.toHaveBeenCalledWith(
      expect.objectContaining({ to: expect.stringMatching(/^20(19|20)/) }),
      expect.anything(),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Save this search' }),
    );
    await userEvent.type(screen.getByLabelText('Name'), 'Then{Enter}');
    expect(
      (await screen.findByRole('link', { name: 'Then' })).getAttribute('href'),
    ).toContain(
      new URLSearchParams([
        ['from', from],
        ['range', 'custom'],
        ['to', to],
      ]).toString(),
    );
  });

  it.each<[string, Partial<ArchiveList>, RegExp]>([
    ['nothing ever leaves the database', {}, /^Entries stay in the database/],
    ['nothing has left it yet', { retentionDays: 400 }, /older than 400 days/],
  ])(
    'says without archives that %s, and nothing that the page does not show',
    async (_, rest, expected) => {
      const api = testApi({
        listArchives: jest.fn(async () => ({
          items: [],
          totalItems: 0,
          ...rest,
        })),
      });
      await show(api, '/audit');
      const panel = await screen.findByRole('region', {
        name: 'Sealed archives',
      });
      expect(panel).toHaveTextContent(
        'The list of acts on this page does not reach into them.',
      );
      await userEvent.click(
        within(panel).getByRole('button', { name: 'Show the archives' }),
      );
      expect(
        await within(panel).findByText(
          'No archive holds entries of this search',
        ),
      ).toBeVisible();
      expect(within(panel).getByText(expected)).toBeVisible();
      expect(within(panel).queryByRole('table')).not.toBeInTheDocument();
      expect(
        within(panel).getByRole('button', { name: 'Hide the archives' }),
      ).toHaveFocus();
      expect(api.listActs).toHaveBeenCalledTimes(1);
    },
  );

  it('says that what is asked for reaches into archives, and shows these with what their seals say', async () => {
    const list: ArchiveList = {
      items: [
        {
          stream: 'traffic',
          first: 1,
          last: 14,
          from: '2025-01-01T00:00:00.000Z',
          until: '2025-01-07T00:00:00.000Z',
          sealedAt: '2026-02-01T00:00:00.000Z',
          state: 'sealed',
          file: 'traffic/000000000001-000000000014.jsonl.gz',
          bytes: 512,
          sha256: 'ab12',
          keyId: 'k1',
        },
        {
          stream: 'slo',
          first: 1,
          last: 2,
          sealedAt: '2026-01-01T00:00:00.000Z',
          state: 'missing',
          problem: 'no-file',
        },
      ],
      totalItems: 3,
      nextCursor: 'c2',
      directory: '/srv/archives',
      retentionDays: 400,
    };
    const api = testApi({
      listActs: jest.fn(async () => ({
        items: [],
        totalItems: 0,
        mayVerify: true,
        archivedUntil: '2025-01-07T00:00:00.000Z',
      })),
      listArchives: jest.fn(async () => list),
    });
    await show(api, '/audit?stream=traffic&range=all');
    const alert = await screen.findByText(/neither in this list nor/);
    expect(api.listArchives).not.toHaveBeenCalled();
    await userEvent.click(
      within(alert.closest<HTMLElement>('[role=alert]')!).getByRole('button', {
        name: 'Show the archives',
      }),
    );
    const table = await screen.findByRole('table', { name: 'Sealed archives' });
    expect(api.listArchives).toHaveBeenCalledWith(
      { stream: ['traffic'] },
      expect.anything(),
    );
    const [, whole, gone] = within(table).getAllByRole('row');
    expect(whole).toHaveTextContent(/traffic1 to 1414 entries/);
    expect(
      within(whole).getByText('Sealed').closest('[data-state]'),
    ).toHaveAttribute('data-state', 'ok');
    expect(whole).toHaveTextContent('with the key k1');
    expect(within(gone).getByText('Missing')).toBeVisible();
    expect(gone).toHaveTextContent('Its file is not there.');
    expect(
      screen.getByRole('region', { name: 'Read the entries of an archive' }),
    ).toHaveTextContent(
      'zcat /srv/archives/traffic/000000000001-000000000014.jsonl.gz | jq -r .text | jq .',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Later pages' }));
    await waitFor(() =>
      expect(api.listArchives).toHaveBeenLastCalledWith(
        { stream: ['traffic'], cursor: 'c2' },
        expect.anything(),
      ),
    );
  });

  it('has the trail checked, and calls nothing whole that is not vouched for', async () => {
    await show(
      testApi({
        verify: async () => ({
          verifiedAt: new Date().toISOString(),
          streams: [
            {
              stream: 'traffic',
              state: 'broken',
              entries: 4,
              findings: [{ kind: 'truncated', sequence: 5, detail: '' }],
            },
            { stream: 'slo', state: 'unanchored', entries: 2, findings: [] },
          ],
        }),
      }),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Check the trail' }),
    );
    expect(await screen.findByText('Broken')).toBeVisible();
    expect(screen.getByText('The end from 5 on is gone')).toBeVisible();
    expect(
      screen.getByText('Not anchored').closest('[data-state]'),
    ).toHaveAttribute('data-state', 'unknown');
  });

  it('shows what an act belongs to, and leads to all that belongs to the same', async () => {
    const api = testApi({
      listActs: jest.fn(async () => ({
        items: [{ ...act, traceId: 't1', changeId: 'c1', approvalId: 'r1' }],
        totalItems: 1,
        mayVerify: true,
      })),
    });
    await show(api);
    expect(
      await screen.findByRole('link', { name: 'Open the request' }),
    ).toHaveAttribute('href', '/approvals/r1');
    await userEvent.click(
      screen.getByRole('button', { name: 'All acts of the change c1' }),
    );
    await waitFor(() =>
      expect(api.listActs).toHaveBeenLastCalledWith(
        expect.objectContaining({ changeId: ['c1'] }),
        expect.anything(),
      ),
    );
    expect(screen.getByLabelText('Change')).toHaveValue('c1');
  });

  it('looks for what belongs to an approval', async () => {
    const api = testApi();
    await show(api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'More filters' }),
    );
    await userEvent.type(
      screen.getByLabelText('Request for approval'),
      'r1{Enter}',
    );
    await waitFor(() =>
      expect(api.listActs).toHaveBeenLastCalledWith(
        expect.objectContaining({ approvalId: ['r1'] }),
        expect.anything(),
      ),
    );
  });

  it('saves a search by a name, and finds it again', async () => {
    const storage = mockApis.storage();
    const api = testApi();
    await show(api, '/audit?stream=traffic&range=30d&cursor=x', storage);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Save this search' }),
    );
    await userEvent.type(screen.getByLabelText('Name'), 'Routes{Enter}');
    const link = await screen.findByRole('link', { name: 'Routes' });
    // The page is no part of it.
    expect(link).toHaveAttribute(
      'href',
      expect.stringMatching(/\?range=30d&stream=traffic$/),
    );
    expect(storage.forBucket('audit-trail').snapshot('queries').value).toEqual([
      { name: 'Routes', search: 'range=30d&stream=traffic' },
    ]);

    const part = screen.getByLabelText('Part');
    await userEvent.clear(part);
    await userEvent.type(part, '{Enter}');
    await waitFor(() =>
      expect(api.listActs).toHaveBeenLastCalledWith(
        expect.not.objectContaining({ stream: ['traffic'] }),
        expect.anything(),
      ),
    );
    await userEvent.click(screen.getByRole('link', { name: 'Routes' }));
    await waitFor(() =>
      expect(api.listActs).toHaveBeenLastCalledWith(
        expect.objectContaining({ stream: ['traffic'] }),
        expect.anything(),
      ),
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Save this search' }),
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Remove "Routes"' }),
    );
    await waitFor(() =>
      expect(screen.queryByRole('link', { name: 'Routes' })).toBeNull(),
    );
  });

  it('says why somebody may not have the trail checked', async () => {
    await show(
      testApi({
        listActs: async () => ({
          items: [act],
          totalItems: 1,
          mayVerify: false,
        }),
      }),
    );
    const button = await screen.findByRole('button', {
      name: 'Check the trail',
    });
    expect(button).toBeDisabled();
    expect(button).toHaveAccessibleDescription(
      /Only the platform and the security team/,
    );
    expect(
      screen.getByRole('button', { name: 'Show the archives' }),
    ).toHaveAccessibleDescription(/may see the archives/);
  });

  it('tells a refusal as a refusal', async () => {
    const refusal = Object.assign(new Error('no'), {
      response: { status: 403 },
    });
    await show(
      testApi({
        listActs: async () => {
          throw refusal;
        },
      }),
    );
    expect(await screen.findByText('You may not see this')).toBeVisible();
    expect(screen.queryByRole('table')).not.toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'Check the trail' }),
    ).not.toBeInTheDocument();
  });
});
