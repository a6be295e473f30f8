import { capabilitiesOn, parsePolicy } from './parsePolicy';

describe('a policy', () => {
  it.each<[string, string, Array<[string, string[]]>]>([
    [
      'one path',
      'path "a/b" {\n  capabilities = ["read", "list"]\n}',
      [['a/b', ['read', 'list']]],
    ],
    [
      'several on one line',
      'path "a" { capabilities = ["read"] } path "b" { capabilities = [] }',
      [
        ['a', ['read']],
        ['b', []],
      ],
    ],
    ['the old word', 'path "a" { policy = "read" }', [['a', ['read', 'list']]]],
    ['JSON', '{"path": {"a": {"capabilities": ["read"]}}}', []],
    [
      'comments',
      '# path "x" {}\n/* path "y" { } */ path "a" { // note }\n capabilities = ["read"] }',
      [['a', ['read']]],
    ],
    [
      'braces and quotes in texts',
      'path "a" { allowed_parameters = { "p" = ["path \\"x\\" { }"] }\n capabilities = ["update"] }',
      [['a', ['update']]],
    ],
    [
      'a path without an end',
      'path "a" { capabilities = ["read"]',
      [['a', ['read']]],
    ],
    ['nothing', '', []],
    ['nonsense', 'path { path = ', []],
  ])('with %s', (_, text, expected) => {
    expect(
      parsePolicy(text).map(({ path, capabilities }) => [path, capabilities]),
    ).toEqual(expected);
  });

  it('has the values that parameters may have, with quotes and lines in them', () => {
    const [{ parameters }] = parsePolicy(`path "a" {
  required_parameters = ["policy", "ttl"]
  allowed_parameters = {
    "policy" = ["path \\"x\\" {\\n  capabilities = [\\"read\\"]\\n}\\n"]
    "ttl" = []
    plain = ["1", "2"]
  }
}`);
    expect(parameters).toEqual({
      policy: ['path "x" {\n  capabilities = ["read"]\n}\n'],
      ttl: [],
      plain: ['1', '2'],
    });
  });
});

describe('what it lets one do', () => {
  const on = (policy: string, path: string) =>
    capabilitiesOn(parsePolicy(policy), path);
  const rule = (path: string, capability: string) =>
    `path "${path}" { capabilities = ["${capability}"] }\n`;

  it.each<[string, string, string, string[]]>([
    ['the path itself', rule('a/b', 'read'), 'a/b', ['read']],
    ['another path', rule('a/b', 'read'), 'a/bc', []],
    ['below a star', rule('a/*', 'read'), 'a/b/c', ['read']],
    ['at a star', rule('a/b*', 'read'), 'a/b', ['read']],
    ['a plus for one part', rule('a/+/c', 'read'), 'a/b/c', ['read']],
    ['a plus for no two parts', rule('a/+/c', 'read'), 'a/b/b/c', []],
    [
      'the exact one before the star',
      rule('a/*', 'read') + rule('a/b', 'list'),
      'a/b',
      ['list'],
    ],
    [
      'the longer star',
      rule('a/*', 'read') + rule('a/b/*', 'list'),
      'a/b/c',
      ['list'],
    ],
    [
      'the later wildcard',
      rule('+/b', 'read') + rule('a/*', 'list'),
      'a/b',
      ['list'],
    ],
    ['a deny', rule('a/*', 'read') + rule('a/b', 'deny'), 'a/b', []],
    [
      'the same path twice',
      rule('a', 'read') + rule('a', 'list'),
      'a',
      ['read', 'list'],
    ],
    [
      'a template, as any part',
      rule('a/{{identity.entity.id}}/c', 'read'),
      'a/b/c',
      ['read'],
    ],
    ['characters that are no pattern', rule('a.c', 'read'), 'abc', []],
  ])('on %s', (_, policy, path, expected) => {
    expect(on(policy, path)).toEqual(expected);
  });
});
