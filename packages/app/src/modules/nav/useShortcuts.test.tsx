import { fireEvent, render, screen } from '@testing-library/react';
import { useShortcuts } from './useShortcuts';

function Page(props: { onSearch: () => void }) {
  useShortcuts({ '/': props.onSearch });
  return <input aria-label="field" />;
}

describe('shortcuts', () => {
  it('work on the page, and leave typing and the browser alone', () => {
    const onSearch = jest.fn();
    render(<Page onSearch={onSearch} />);
    fireEvent.keyDown(screen.getByLabelText('field'), { key: '/' });
    fireEvent.keyDown(document.body, { key: '/', ctrlKey: true });
    expect(onSearch).not.toHaveBeenCalled();
    fireEvent.keyDown(document.body, { key: '/' });
    expect(onSearch).toHaveBeenCalledTimes(1);
  });
});
