import { fewAtOnce } from './fewAtOnce.ts';
import type { ShopStack } from './ShopStack.ts';

/** Does a piece of work while services have other settings; afterwards each has its own again. */
export async function withSettings<T>(
  stack: ShopStack,
  settings: Readonly<Record<string, Record<string, string>>>,
  work: () => Promise<T>,
): Promise<T> {
  const restart = (overrides: (name: string) => Record<string, string>) =>
    fewAtOnce(Object.keys(settings), async name => {
      const service = stack.service(name);
      await service.stop();
      await service.start(overrides(name));
    });
  try {
    await restart(name => settings[name]);
    return await work();
  } finally {
    await restart(() => ({}));
  }
}
