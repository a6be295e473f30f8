import { act, renderHook } from '@testing-library/react';
import { ReactNode } from 'react';
import { MemoryRouter, useLocation } from 'react-router-dom';
import { useUrlState } from './useUrlState';

const defaults = { range: '1h', env: undefined as string | undefined };

function render(url: string) {
  return renderHook(
    () => ({ state: useUrlState(defaults), location: useLocation() }),
    {
      wrapper: ({ children }: { children: ReactNode }) => (
        <MemoryRouter initialEntries={[url]}>{children}</MemoryRouter>
      ),
    },
  );
}

describe('useUrlState', () => {
  it('reads what the URL says and falls back to the defaults', () => {
    const { result } = render('/slos?env=staging&other=1');
    expect(result.current.state[0]).toEqual({ range: '1h', env: 'staging' });
  });

  it('keeps two changes made at once, other parameters and the path', () => {
    const { result } = render('/slos?other=1#top');
    act(() => {
      result.current.state[1]({ range: '7d' });
      result.current.state[1]({ env: 'production' });
    });
    expect(result.current.state[0]).toEqual({ range: '7d', env: 'production' });
    expect(result.current.location).toMatchObject({
      pathname: '/slos',
      search: '?other=1&range=7d&env=production',
      hash: '#top',
    });
  });

  it('leaves a default out of the URL', () => {
    const { result } = render('/slos?range=7d');
    act(() => result.current.state[1]({ range: '1h' }));
    expect(result.current.location.search).toBe('');
  });
});
