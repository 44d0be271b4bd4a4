import { describe, expect, it } from 'vitest';
import { worldOf } from './world.js';

describe('world roles of several dialects', () => {
  it('are those of each, and none without any', () => {
    expect(worldOf([{}])).toEqual({ worldRoles: {}, traitGrants: {} });
    const grants = { roles: { admin: ['a'] }, traits: { admin: ['staff'] } };
    expect(worldOf([{ grants }, {}, { grants: { roles: { guest: [] }, traits: {} } }])).toEqual({
      worldRoles: { admin: ['a'], guest: [] },
      traitGrants: { admin: ['staff'] },
    });
  });

  it('grant what either says to those who meet the conditions of either', () => {
    const one = (strings: string[], traits: unknown) => ({
      grants: { roles: { admin: strings }, traits: { admin: traits as never } },
    });
    expect(worldOf([one(['a', 'b'], ['x', 'y']), one(['b', 'c'], ['z', ['u', 'v']])])).toEqual({
      worldRoles: { admin: ['a', 'b', 'c'] },
      traitGrants: {
        admin: [
          ['x', 'z'],
          ['x', 'u', 'v'],
          ['y', 'z'],
          ['y', 'u', 'v'],
        ],
      },
    });
    expect(worldOf([one([], []), one([], ['x'])]).traitGrants).toEqual({ admin: [] });
    expect(worldOf([one([], 'x'), one([], ['x'])]).traitGrants).toEqual({ admin: ['x'] });
    expect(worldOf([one([], [5]), one([], ['x'])]).traitGrants).toEqual({ admin: [['x']] });
  });
});
