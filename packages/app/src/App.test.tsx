import { act, render, screen } from '@testing-library/react';
import { app } from './App';

describe('the app', () => {
  it('asks to sign in with the company account, and offers no guest', async () => {
    process.env = {
      NODE_ENV: 'test',
      APP_CONFIG: [
        {
          context: 'test',
          data: {
            app: { title: 'Shopfloor' },
            backend: { baseUrl: 'http://localhost:7007' },
          },
        },
      ] as never,
    };
    globalThis.fetch = jest.fn(async () => new Response('{}', { status: 401 }));
    await act(async () => {
      render(app.createRoot());
    });
    expect(
      await screen.findByRole(
        'button',
        { name: 'Sign in with your company account' },
        { timeout: 20_000 },
      ),
    ).toBeInTheDocument();
    expect(screen.queryByText(/guest/i)).not.toBeInTheDocument();
  }, 60_000);
});
