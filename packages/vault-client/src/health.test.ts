import { readHealth } from './health';

const openbao = { version: '2.7.2' };

describe('the state of a server', () => {
  it.each([
    [200, false, 'ready'],
    [429, true, 'ready'],
    [429, false, 'standby'],
    [472, true, 'standby'],
    [473, true, 'ready'],
    [473, false, 'standby'],
    [501, false, 'sealed'],
    [503, false, 'sealed'],
    [502, false, 'away'],
    [404, true, 'away'],
  ])('of status %d, with a leader %s, is %s', (status, hasLeader, state) => {
    expect(readHealth(status, openbao, hasLeader).state).toBe(state);
  });

  it('is unknown when something else answers', () => {
    expect(readHealth(200, {}, true).state).toBe('away');
    expect(readHealth(200, { version: 2 }, true).state).toBe('away');
  });
});

describe('features', () => {
  it.each([
    [{ version: '2.7.2' }, 'openbao', true, true],
    [{ version: '2.6.2' }, 'openbao', true, false],
    [{ version: '2.2.0' }, 'openbao', false, false],
    [{ version: '3.0.0' }, 'openbao', true, true],
    [{ version: '1.20.1', enterprise: false }, 'vault', false, false],
    [{ version: '1.20.1+ent', enterprise: true }, 'vault', false, true],
  ])('of %j', (body, product, policyTtl, controlGroups) => {
    expect(readHealth(200, body, true)).toMatchObject({
      product,
      features: { policyTtl, controlGroups },
    });
  });
});
