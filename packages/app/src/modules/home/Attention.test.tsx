import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import { AttentionSource } from '@shopfloor/ui';
import { Attention } from './Attention';

const mine = { ownershipEntityRefs: ['group:default/team'], entities: [] };

function source(load: AttentionSource['load']) {
  return {
    id: 'attention:test',
    source: { title: async () => 'SLOs', load },
  };
}

describe('what needs attention', () => {
  it('says how many things and links to each', async () => {
    const sources = [
      source(async ({ ownershipEntityRefs }) => [
        {
          id: '1',
          state: 'failing',
          title: `Products breaks its promise to ${ownershipEntityRefs[0]}`,
          href: '/slos/1',
        },
      ]),
    ];
    await renderInTestApp(<Attention sources={sources} mine={mine} />);
    expect(
      await screen.findByText('1 thing needs your attention'),
    ).toBeInTheDocument();
    expect(screen.getByRole('link')).toHaveAttribute('href', '/slos/1');
  });

  it('is calm only when every source has looked', async () => {
    const sources = [source(async () => [])];
    await renderInTestApp(<Attention sources={sources} mine={mine} />);
    expect(
      await screen.findByText('Nothing of yours needs attention'),
    ).toBeInTheDocument();
  });

  it('never takes a source that fails for good news', async () => {
    const sources = [
      source(async () => {
        throw new Error('timeout');
      }),
    ];
    await renderInTestApp(<Attention sources={sources} mine={mine} />);
    expect(
      await screen.findByText('SLOs could not be read: timeout'),
    ).toBeInTheDocument();
    expect(
      screen.queryByText('Nothing of yours needs attention'),
    ).not.toBeInTheDocument();
  });
});
