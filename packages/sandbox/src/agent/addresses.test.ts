import fc from 'fast-check';
import {
  allPorts,
  distributePorts,
  egressAddress,
  pickPodIp,
  pickPorts,
  portsNeeded,
} from './addresses.ts';

const range = { first: 9000, last: 9009 };

describe('ports of pods', () => {
  it('goes on from the last one, so that a freed port rests', () => {
    expect(
      pickPorts({ range, taken: new Set(), cursor: 9008, count: 4 }),
    ).toEqual([9008, 9009, 9000, 9001]);
  });

  it('says what to do when the range is used up', () => {
    const taken = new Set([9000, 9001, 9002, 9003, 9004, 9005, 9006, 9007]);
    expect(() => pickPorts({ range, taken, cursor: 9000, count: 3 })).toThrow(
      'No 3 free ports left between 9000 and 9009',
    );
  });

  it('never gives one port twice', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 9000, max: 9009 }), { maxLength: 5 }),
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 0, max: 5 }),
        (taken, cursor, count) => {
          const picked = pickPorts({
            range,
            taken: new Set(taken),
            cursor,
            count,
          });
          expect(new Set([...picked, ...taken]).size).toBe(
            taken.length + count,
          );
          picked.forEach(port => {
            expect(port).toBeGreaterThanOrEqual(range.first);
            expect(port).toBeLessThanOrEqual(range.last);
          });
        },
      ),
    );
  });

  it('gives each container port one for the program and one for the proxy', () => {
    const picked = [1, 2, 3, 4, 5, 6];
    expect(portsNeeded([8080, 9100])).toBe(6);
    const ports = distributePorts([8080, 9100], picked);
    expect(ports).toEqual({
      app: { 8080: 1, 9100: 2 },
      inbound: { 8080: 3, 9100: 4 },
      admin: 5,
      status: 6,
    });
    expect(allPorts(ports)).toEqual(picked);
  });
});

describe('addresses of pods', () => {
  it('gives none twice', () => {
    expect(pickPodIp(new Set(), 0)).toBe('10.244.0.2');
    expect(pickPodIp(new Set(['10.244.0.2']), 0)).toBe('10.244.0.3');
    expect(pickPodIp(new Set(), 254)).toBe('10.244.1.0');
  });

  it('takes a loopback address for outgoing requests that another sandbox does not take', () => {
    const ours = egressAddress('10.244.1.7', { first: 9000, last: 10_999 });
    const theirs = egressAddress('10.244.1.7', { first: 19_000, last: 20_999 });
    expect(ours).toBe('127.91.1.7');
    expect(theirs).not.toBe(ours);
  });
});
