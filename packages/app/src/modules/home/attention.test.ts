import { summarizeAttention } from './attention';

const item = (id: string, state: any, since?: string) => ({
  id,
  state,
  since,
  title: id,
  href: '/',
});

describe('what needs attention', () => {
  it('shows the most urgent first, the oldest first among equals, and nothing that is well', () => {
    const { items } = summarizeAttention([
      {
        id: 'slo',
        items: [
          item('young', 'failing', '2026-01-02'),
          item('well', 'ok'),
          item('risk', 'at-risk', '2026-01-01'),
        ],
      },
      { id: 'status', items: [item('old', 'failing', '2026-01-01')] },
    ]);
    expect(items.map(i => i.id)).toEqual([
      'status/old',
      'slo/young',
      'slo/risk',
    ]);
  });

  it('tells a source that failed and keeps what it had found before', () => {
    const summary = summarizeAttention([
      {
        id: 'slo',
        items: [item('risk', 'at-risk')],
        error: new Error('timeout'),
        lookedAt: 5,
      },
      { id: 'status', items: [], lookedAt: 3 },
    ]);
    expect(summary.items).toHaveLength(1);
    expect(summary.failures.map(f => f.id)).toEqual(['slo']);
    expect(summary.pending).toBe(false);
    expect(summary.lookedAt).toBe(3);
  });

  it('waits for sources that have not answered', () => {
    expect(summarizeAttention([{ id: 'slo' }]).pending).toBe(true);
  });
});
