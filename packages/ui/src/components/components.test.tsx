import { renderInTestApp } from '@backstage/frontend-test-utils';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import {
  AnswerLine,
  ConfirmDialog,
  EnvironmentBadge,
  ErrorPanel,
  NotConnected,
  ObservedAt,
  StateBadge,
  statesByUrgency,
  worstState,
} from '../index';

describe('states', () => {
  it('shows each state with an icon and a word, not by colour alone', async () => {
    const { container } = await renderInTestApp(
      <>
        {statesByUrgency.map(state => (
          <StateBadge key={state} state={state} />
        ))}
      </>,
    );
    for (const badge of container.querySelectorAll('[data-state]')) {
      expect(badge.querySelector('svg')).toBeInTheDocument();
      expect(badge).toHaveTextContent(/\w/);
    }
    expect(container.querySelectorAll('[data-state]')).toHaveLength(8);
  });

  it('takes the most urgent of several', () => {
    expect(worstState(['ok', 'stale', 'at-risk'])).toBe('at-risk');
    expect(worstState([])).toBeUndefined();
  });
});

describe('figures and answers', () => {
  it('says since when a figure is stale', async () => {
    await renderInTestApp(
      <ObservedAt
        observedAt={new Date(Date.now() - 180_000)}
        source="Prometheus"
        stale
      />,
    );
    expect(
      screen.getByText('Stale, last observed 3 minutes ago'),
    ).toBeInTheDocument();
  });

  it('announces the answer', async () => {
    await renderInTestApp(
      <AnswerLine state="ok">Keeps its promise</AnswerLine>,
    );
    expect(screen.getByRole('status')).toHaveTextContent('Keeps its promise');
  });

  it('marks production', async () => {
    const { container } = await renderInTestApp(
      <EnvironmentBadge
        environment={{ name: 'production', production: true }}
      />,
    );
    expect(container.querySelector('[data-production]')).toHaveTextContent(
      'production',
    );
  });
});

describe('what goes wrong', () => {
  it('tries again', async () => {
    const onRetry = jest.fn();
    await renderInTestApp(
      <ErrorPanel error={new Error('no route to host')} onRetry={onRetry} />,
    );
    expect(screen.getByRole('alert')).toHaveTextContent('no route to host');
    fireEvent.click(screen.getByText('Try again'));
    expect(onRetry).toHaveBeenCalledTimes(1);
  });

  it('tells a refusal from a failure', async () => {
    const error = Object.assign(new Error('Forbidden'), {
      response: { status: 403 },
    });
    await renderInTestApp(<ErrorPanel error={error} onRetry={() => {}} />);
    expect(screen.getByText('You may not see this')).toBeInTheDocument();
    expect(screen.queryByText('Try again')).not.toBeInTheDocument();
  });

  it('names the setting that connects a system', async () => {
    await renderInTestApp(
      <NotConnected system="Prometheus" setting="shopfloor.environments" />,
    );
    expect(
      screen.getByText(/Set shopfloor.environments in the configuration/),
    ).toBeInTheDocument();
  });
});

describe('ConfirmDialog', () => {
  const props = {
    open: true,
    title: 'Move traffic',
    act: 'Send 10 % to v2 in production',
    onClose: () => {},
  };

  it('names the act and keeps the dialog open with the reason when it fails', async () => {
    await renderInTestApp(
      <ConfirmDialog
        {...props}
        onConfirm={async () => {
          throw new Error('The route has changed meanwhile');
        }}
      >
        preview
      </ConfirmDialog>,
    );
    fireEvent.click(screen.getByText('Send 10 % to v2 in production'));
    await waitFor(() =>
      expect(screen.getByRole('alert')).toHaveTextContent(
        'The route has changed meanwhile',
      ),
    );
    expect(screen.getByText('preview')).toBeInTheDocument();
  });

  it('shows why the act is not possible', async () => {
    await renderInTestApp(
      <ConfirmDialog
        {...props}
        onConfirm={() => {}}
        disabledReason="Only the merchandising team may move this traffic."
      >
        preview
      </ConfirmDialog>,
    );
    const button = screen.getByRole('button', { name: props.act });
    expect(button).toBeDisabled();
    expect(button).toHaveAccessibleDescription(/Only the merchandising team/);
  });
});
