import { mockServices } from '@backstage/backend-test-utils';
import { ResponseError } from '@backstage/errors';
import { RequestReceipt } from '@shopfloor/plugin-approvals-common';
import { SubjectFollower } from './SubjectFollower';

const subject = { type: 'waiver', subjectId: 'w1' };
const { signal } = new AbortController();

const refusal = (status: number) =>
  ResponseError.fromResponse(
    new Response('{}', { status, statusText: 'refused' }) as never,
  );

/** Requests, newest first, and what came of each withdrawal. */
function setUp(
  requests: Array<[string, RequestReceipt['state']]>,
  withdraw: (id: string) => Promise<unknown> = async () => undefined,
) {
  const taken: string[] = [];
  const logger = mockServices.logger.mock();
  const follower = new SubjectFollower({
    logger,
    noun: 'waiver',
    approvals: {
      list: async ({ subjectId }) =>
        subjectId === 'w1'
          ? requests.map(([id, state]) => ({ id, state }) as RequestReceipt)
          : [],
      withdraw: async ({ id, reason }) => {
        await withdraw(id);
        taken.push(`${id}: ${reason}`);
        return {} as RequestReceipt;
      },
    },
  });
  return { follower, taken, logger };
}

describe('the follower of subjects', () => {
  it('goes on after one that the engine refuses, and says which it was', async () => {
    const { follower, logger } = setUp([]);
    const done: string[] = [];
    await follower.each(
      [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
      signal,
      async ({ id }) => {
        if (id === 'b') {
          throw await refusal(400);
        }
        done.push(id);
      },
    );
    expect(done).toEqual(['a', 'c']);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringMatching(/what the waiver b needs; it is tried again/),
    );
  });

  it('ends the round when the engine does not answer, or it is told to', async () => {
    const { follower } = setUp([]);
    const done: string[] = [];
    const work = async ({ id }: { id: string }) => {
      done.push(id);
      throw new TypeError('fetch failed');
    };
    await expect(
      follower.each([{ id: 'a' }, { id: 'b' }], signal, work),
    ).rejects.toThrow('fetch failed');
    await expect(
      follower.each([{ id: 'c' }], AbortSignal.abort(), work),
    ).rejects.toThrow();
    expect(done).toEqual(['a']);
  });

  it('takes back what waits about a subject that is over, and only that', async () => {
    const { follower, taken } = setUp([
      ['r3', 'waiting'],
      ['r2', 'approved'],
      ['r1', 'waiting'],
    ]);
    await follower.takeBack(subject);
    expect(taken).toEqual(['r3: The waiver is over', 'r1: The waiver is over']);
  });

  it('takes one that was decided just now for one that waits no more, and no other refusal', async () => {
    const status: Record<string, number> = { r2: 409 };
    const { follower, taken } = setUp(
      [
        ['r2', 'waiting'],
        ['r1', 'waiting'],
      ],
      async id => {
        if (status[id]) {
          throw await refusal(status[id]);
        }
      },
    );
    await follower.takeBack(subject);
    expect(taken).toEqual(['r1: The waiver is over']);
    status.r1 = 403;
    await expect(follower.takeBack(subject)).rejects.toMatchObject({
      statusCode: 403,
    });
  });

  it.each<[string, RequestReceipt['state'], string | undefined, string[]]>([
    ['the newest', 'waiting', undefined, ['r2: asked']],
    ['the one that is meant', 'denied', 'r1', ['r1: asked']],
    ['nothing when there is no such one', 'waiting', 'r9', []],
    ['nothing twice', 'withdrawn', undefined, []],
  ])('withdraws %s', async (_, state, requestId, expected) => {
    const { follower, taken } = setUp([
      ['r2', state],
      ['r1', 'waiting'],
    ]);
    await follower.withdraw({ subject, requestId, reason: 'asked' });
    expect(taken).toEqual(expected);
  });

  it('does not withdraw what is decided', async () => {
    const { follower, taken } = setUp([['r1', 'approved']]);
    await expect(
      follower.withdraw({ subject, reason: 'asked' }),
    ).rejects.toThrow(
      'The request for approval r1 of the waiver w1 is approved already; look at it again in a moment',
    );
    expect(taken).toEqual([]);
  });
});
